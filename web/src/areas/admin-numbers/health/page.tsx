import { Page } from "@/ui";

export function Health() {
  return <Page title="Health">…</Page>;
}
