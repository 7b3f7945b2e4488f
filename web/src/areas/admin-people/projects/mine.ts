// What one may do in one project: by a role in the organization, or by one in the project.
import { useMe } from "@/api/hooks";

export function useMayIn(projectId: string, permission: string): boolean {
  const me = useMe();
  if (me.permissions.includes(permission)) return true;
  return me.projects.some((one) => one.id === projectId && one.permissions.includes(permission));
}
