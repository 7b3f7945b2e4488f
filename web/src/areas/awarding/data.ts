// What the pages about awards ask of the server, and how an act of theirs is carried out. Everything is kept under one
// key, so that after an act all that is shown is read again: an act here moves several things at once.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { queries } from "@/api/hooks";
import type { Calls } from "@/api/schema";
import { toast } from "@/ui";

const KEY = "awarding";
const PAGE = 100; // rows; the server gives no more at once
const PAGES_MAX = 20; // of a list that is read whole

interface Page<T> {
  data: T[];
  next: string | null;
}

/** All rows of a list that is short by nature. */
async function every<T>(page: (query: { after?: string; limit: number }) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const found = await page({ limit: PAGE, ...(after ? { after } : {}) });
    rows.push(...found.data);
    if (!found.next) break;
    after = found.next;
  }
  return rows;
}

/** A list that may be long: its first page, and more when asked. What it gives fits a Table. */
export function usePaged<T>(name: readonly unknown[], page: (after: string | undefined) => Promise<Page<T>>) {
  const found = useInfiniteQuery({
    queryKey: [KEY, ...name],
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return {
    rows: found.data?.pages.flatMap((one) => one.data),
    loading: found.isPending,
    error: found.error ?? undefined,
    again: () => void found.refetch(),
    more: found.hasNextPage ? () => void found.fetchNextPage() : undefined,
    loadingMore: found.isFetchingNextPage,
  };
}

function useOne<T>(name: readonly unknown[], read: (signal: AbortSignal) => Promise<T>, wanted = true) {
  return useQuery({ queryKey: [KEY, ...name], queryFn: ({ signal }) => read(signal), enabled: wanted });
}

/** Does something, reads everything again, and says so. What the server refuses is thrown. */
export async function act<T>(work: () => Promise<T>, said?: string): Promise<T> {
  const done = await work();
  await readAgain();
  if (said) toast.done(said);
  return done;
}

export function readAgain(): Promise<void> {
  return queries.invalidateQueries({ queryKey: [KEY] });
}

type Query<P extends keyof Calls["GET"]> = Calls["GET"][P]["query"];

// Officers
export const useTemplates = () =>
  useOne(["templates"], () => every((query) => api.get("/v1/tokenry/programme_templates", { query })));
export const useProgrammes = (wanted = true) =>
  useOne(["programmes"], () => every((query) => api.get("/v1/tokenry/programmes", { query })), wanted);
export const useProgramme = (programme_id: string) =>
  useOne(
    ["programme", programme_id],
    (signal) => api.get("/v1/tokenry/programmes/{programme_id}", { path: { programme_id }, signal }),
    programme_id !== "",
  );
export const readProgramme = (programme_id: string) =>
  api.get("/v1/tokenry/programmes/{programme_id}", { path: { programme_id } });
export const useCalls = (programme_id: string) =>
  useOne(
    ["calls", programme_id],
    () => every((query) => api.get("/v1/tokenry/programmes/{programme_id}/calls", { path: { programme_id }, query })),
    programme_id !== "",
  );
export const useUptake = (programme_id: string) =>
  useOne(["uptake", programme_id], (signal) =>
    api.get("/v1/tokenry/programmes/{programme_id}/uptake", { path: { programme_id }, signal }),
  );
export const useApplications = (
  programme_id: string,
  filters: Pick<Query<"/v1/tokenry/programmes/{programme_id}/applications">, "state" | "tier" | "call_id">,
) =>
  usePaged(["applications", programme_id, filters], (after) =>
    api.get("/v1/tokenry/programmes/{programme_id}/applications", {
      path: { programme_id },
      query: { ...filters, limit: PAGE, ...(after ? { after } : {}) },
    }),
  );
export const useApplication = (application_id: string) =>
  useOne(["application", application_id], (signal) =>
    api.get("/v1/tokenry/applications/{application_id}", { path: { application_id }, signal }),
  );
export const useCandidates = (application_id: string, wanted: boolean) =>
  useOne(
    ["candidates", application_id],
    () =>
      every((query) =>
        api.get("/v1/tokenry/applications/{application_id}/candidates", { path: { application_id }, query }),
      ),
    wanted,
  );
/** What an award would mean for its pool. The last answer stays while the next is asked. */
export const useSupply = (programme_id: string, amount: number | null, days: number | null) =>
  useQuery({
    queryKey: [KEY, "supply", programme_id, amount, days],
    queryFn: ({ signal }) =>
      api.get("/v1/tokenry/award_supply", {
        query: { programme_id, amount: amount ?? 1, days: days ?? 1 },
        signal,
      }),
    enabled: amount !== null && days !== null && days > 0,
    placeholderData: keepPreviousData,
  });
export const useAwards = (filters: Query<"/v1/tokenry/awards">) =>
  usePaged(["awards", filters], (after) =>
    api.get("/v1/tokenry/awards", { query: { ...filters, limit: PAGE, ...(after ? { after } : {}) } }),
  );
export const useAward = (award_id: string) =>
  useOne(["award", award_id], (signal) => api.get("/v1/tokenry/awards/{award_id}", { path: { award_id }, signal }));
export const useReportsIn = (state: "submitted", wanted = true) =>
  useOne(
    ["reports", state],
    () => every((q) => api.get("/v1/tokenry/award_reports", { query: { ...q, state } })),
    wanted,
  );
export const useWishes = (wanted = true) =>
  useOne(
    ["wishes"],
    () => every((q) => api.get("/v1/tokenry/award_amendments", { query: { ...q, state: "asked" } })),
    wanted,
  );
export const useMembers = (wanted = true) =>
  useOne(
    ["members"],
    () => every((query) => api.get("/v1/organization/users", { query })) as Promise<Member[]>,
    wanted,
  );
export const useProjects = () =>
  useOne(["projects"], () => every((query) => api.get("/v1/organization/projects", { query })));
export const useProjectMembers = (project_id: string, wanted: boolean) =>
  useOne(
    ["project-members", project_id],
    () => every((query) => api.get("/v1/organization/projects/{project_id}/users", { path: { project_id }, query })),
    wanted,
  );
export const useCertificates = () =>
  useOne(["certificates"], () => every((query) => api.get("/v1/tokenry/certificates", { query })));

export interface Member {
  id: string;
  name: string | null;
  email: string | null;
}

// Reviewers
export const useReviews = (wanted = true) =>
  useOne(["reviews"], () => every((query) => api.get("/v1/tokenry/me/reviews", { query })), wanted);
export const useReview = (assignment_id: string) =>
  useOne(["review", assignment_id], (signal) =>
    api.get("/v1/tokenry/me/reviews/{assignment_id}", { path: { assignment_id }, signal }),
  );

// Applicants and awardees
export const useOpenCalls = () =>
  useOne(["open-calls"], () => every((query) => api.get("/v1/tokenry/me/calls", { query })));
export const useOpenCall = (call_id: string) =>
  useOne(["open-call", call_id], (signal) => api.get("/v1/tokenry/me/calls/{call_id}", { path: { call_id }, signal }));
export const useMyApplications = () =>
  useOne(["my-applications"], () => every((query) => api.get("/v1/tokenry/me/applications", { query })));
export const useMyApplication = (application_id: string) =>
  useOne(["my-application", application_id], (signal) =>
    api.get("/v1/tokenry/me/applications/{application_id}", { path: { application_id }, signal }),
  );
export const useMyAwards = () =>
  useOne(["my-awards"], () => every((query) => api.get("/v1/tokenry/me/awards", { query })));
export const useMyAward = (award_id: string) =>
  useOne(["my-award", award_id], (signal) =>
    api.get("/v1/tokenry/me/awards/{award_id}", { path: { award_id }, signal }),
  );
export const useOutlook = (award_id: string, wanted: boolean) =>
  useOne(
    ["outlook", award_id],
    (signal) => api.get("/v1/tokenry/me/awards/{award_id}/outlook", { path: { award_id }, signal }),
    wanted,
  );
export const useHistory = (award_id: string, mine: boolean) =>
  useOne(["history", award_id, mine], () =>
    every((query) =>
      mine
        ? api.get("/v1/tokenry/me/awards/{award_id}/history", { path: { award_id }, query })
        : api.get("/v1/tokenry/awards/{award_id}/history", { path: { award_id }, query }),
    ),
  );
