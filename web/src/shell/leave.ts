import { sessionToken } from "@/api/session";
import { toast } from "@/ui/toast";

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
    form.submit();
  }, toast.failed);
}
