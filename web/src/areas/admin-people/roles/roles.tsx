import { useQuery } from "@tanstack/react-query";
import { Check, Minus } from "lucide-react";
import { api, type Gives } from "@/api/client";
import { Card, ErrorNote, Page, Skeleton } from "@/ui";
import { t } from "@/words/people";
import { permissionWords } from "./permissions";

type Role = Gives<"GET", "/v1/organization/roles/{role_id}">;

/** What each role may do, as a table one can read across: nothing here is changed. */
export function Roles() {
  const wide = useQuery({
    queryKey: ["roles"],
    queryFn: ({ signal }) => api.get("/v1/organization/roles", { query: { limit: 100 }, signal }),
  });
  const somewhere = useQuery({
    queryKey: ["projects", "any"],
    queryFn: ({ signal }) => api.get("/v1/organization/projects", { query: { limit: 1 }, signal }),
  });
  const projectId = somewhere.data?.data[0]?.id;
  const within = useQuery({
    queryKey: ["roles", "project"],
    queryFn: ({ signal }) =>
      api.get("/v1/projects/{project_id}/roles", { path: { project_id: projectId ?? "" }, signal }),
    enabled: projectId !== undefined,
  });
  return (
    <Page title={t("roles")} about={t("rolesAbout")}>
      {wide.error && <ErrorNote error={wide.error} again={() => void wide.refetch()} />}
      <Matrix title={t("rolesOrganization")} roles={wide.data?.data} />
      {projectId && <Matrix title={t("rolesProject")} roles={within.data?.data} />}
    </Page>
  );
}

function Matrix({ title, roles }: { title: string; roles: readonly Role[] | undefined }) {
  if (!roles) return <Skeleton className="h-64" />;
  const permissions = [...new Set(roles.flatMap((role) => role.permissions))].sort();
  return (
    <Card title={title} flush>
      <dl className="grid gap-x-8 gap-y-2 px-4 pt-1 pb-4 sm:grid-cols-2 sm:px-5 lg:grid-cols-3">
        {roles.map((role) => (
          <div key={role.id}>
            <dt className="font-medium">{role.name}</dt>
            <dd className="text-[0.9375rem] text-soft">{role.description}</dd>
          </div>
        ))}
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard */}
      <section className="relative overflow-x-auto border-t" aria-label={title} tabIndex={0}>
        <table className="w-full border-collapse text-[0.9375rem]">
          <thead>
            <tr className="border-b">
              <th
                scope="col"
                className="sticky left-0 bg-raised px-4 py-2 text-left font-medium text-soft text-sm sm:px-5"
              >
                {t("permission")}
              </th>
              {roles.map((role) => (
                <th key={role.id} scope="col" className="px-3 py-2 font-medium text-soft text-sm">
                  {role.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map((permission) => (
              <tr key={permission} className="border-b last:border-b-0">
                <th scope="row" className="sticky left-0 bg-raised px-4 py-1.5 text-left font-normal sm:px-5">
                  {permissionWords(permission)}
                  <code className="block font-mono text-soft text-xs">{permission}</code>
                </th>
                {roles.map((role) => (
                  <td key={role.id} className="px-3 py-1.5 text-center">
                    <Mark yes={role.permissions.includes(permission)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Mark({ yes }: { yes: boolean }) {
  const Sign = yes ? Check : Minus;
  return (
    <>
      <Sign aria-hidden className={yes ? "mx-auto size-4.5 text-good" : "mx-auto size-4 text-line"} />
      <span className="sr-only">{yes ? t("yes") : t("no")}</span>
    </>
  );
}
