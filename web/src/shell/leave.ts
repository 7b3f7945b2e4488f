import { sessionToken } from "@/api/session";
import { toast } from "@/ui/toast";

const DRAFT = "tokenry.draft.";

/** What was typed and not sent stays in the browser; whoever leaves on purpose takes it along. */
export function forgetDrafts(storage: Storage = localStorage): void {
  for (const key of Object.keys(storage)) {
    if (key.startsWith(DRAFT)) storage.removeItem(key);
  }
}

/** Signs out by a form, as the account page does, so that the server can take the browser to the way in. */
export function signOut(): void {
  sessionToken({ fresh: true }).then((token) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/sign-out";
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "csrf";
    field.value = token;
    form.append(field);
    document.body.append(form);
    try {
      forgetDrafts();
    } catch {
      // storage is switched off: nothing lies there
    }
    form.submit();
  }, toast.failed);
}
