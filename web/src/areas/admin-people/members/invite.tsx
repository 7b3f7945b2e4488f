import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { Button, Checkbox, CopyButton, Dialog, ErrorNote, Field, Input } from "@/ui";
import { t } from "@/words/people";
import { RoleSelect } from "../choices";
import { byName, INVITES, useProjects } from "../lists";

type Made = Gives<"POST", "/v1/organization/invites">;

export function InviteDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const [made, setMade] = useState<Made | null>(null);

  function close() {
    setMade(null);
    onClose();
  }

  return made ? (
    <Dialog
      open={open}
      onClose={close}
      title={t("inviteMade")}
      about={t("inviteMadeAbout", { email: made.email })}
      actions={
        <Button look="main" onClick={close}>
          {t("done")}
        </Button>
      }
    >
      <Field label={t("link")}>
        <div className="flex gap-2">
          <Input readOnly value={made.url} onFocus={(event) => event.target.select()} aria-label={t("link")} />
          <CopyButton worded text={made.url} />
        </div>
      </Field>
    </Dialog>
  ) : (
    <Asking open={open} onClose={close} onMade={setMade} />
  );
}

function Asking({ open, onClose, onMade }: { open: boolean; onClose(): void; onMade(made: Made): void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("member");
  const [projects, setProjects] = useState<readonly string[]>([]);
  const owners = useMay("owners.write");
  const known = useProjects();
  const invite = useAct(
    () =>
      api.post("/v1/organization/invites", {
        body: { email: email.trim(), role, projects: projects.map((id) => ({ id, role: "member" })) },
      }),
    {
      stale: [INVITES],
      shows: true,
      next: (made) => {
        setEmail("");
        setProjects([]);
        onMade(made);
      },
    },
  );

  function tick(id: string, on: boolean) {
    setProjects(on ? [...projects, id] : projects.filter((one) => one !== id));
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("invite")}
      about={t("inviteAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="main" type="submit" form="invite" busy={invite.isPending}>
            {t("inviteSend")}
          </Button>
        </>
      }
    >
      <form
        id="invite"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Field label={t("email")}>
          <Input
            type="email"
            required
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label={t("memberRole")}>
          <RoleSelect value={role} onChange={setRole} owners={owners} />
        </Field>
        {known.data && known.data.length > 0 && (
          <fieldset>
            <legend className="mb-1 font-medium text-sm">{t("inviteProjects")}</legend>
            <div className="max-h-48 overflow-y-auto">
              {byName(known.data).map((one) => (
                <Checkbox
                  key={one.id}
                  label={one.name}
                  checked={projects.includes(one.id)}
                  onChange={(on) => tick(one.id, on)}
                />
              ))}
            </div>
          </fieldset>
        )}
        {invite.error && <ErrorNote error={invite.error} />}
      </form>
    </Dialog>
  );
}
