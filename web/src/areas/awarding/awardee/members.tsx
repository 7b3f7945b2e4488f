// Who can draw on an award: everybody with a role in its project. Owners of the project see whom.
import { useMe } from "@/api/hooks";
import { Badge, Card, ErrorNote } from "@/ui";
import { t as w } from "@/words/awarding-award";
import { useProjectMembers } from "../data";
import { personWords } from "../parts/shown";

export function MembersCard({ projectId }: { projectId: string }) {
  const me = useMe();
  const here = me.projects.find((one) => one.id === projectId)?.permissions ?? [];
  const may = here.includes("members.read") || me.permissions.includes("members.read");
  const found = useProjectMembers(projectId, may);
  if (!may) return null;
  return (
    <Card title={w("members")} about={w("membersAbout")}>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      <ul className="flex flex-col gap-1.5">
        {found.data?.map((one) => (
          <li key={one.id} className="flex items-baseline justify-between gap-3">
            <span className="min-w-0 wrap-anywhere">{personWords(one)}</span>
            <Badge>{one.role === "owner" ? w("memberOwner") : w("memberMember")}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
