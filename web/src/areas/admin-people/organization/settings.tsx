import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Gives } from "@/api/client";
import { useMay } from "@/api/hooks";
import { useAct } from "@/api/pages";
import { refreshSession } from "@/api/session";
import { Button, Card, ErrorNote, Facts, Field, Input, Page, Select, Skeleton, When } from "@/ui";
import { t } from "@/words/people";

type Organization = Gives<"GET", "/v1/tokenry/organization">;
const ORGANIZATION = ["organization"] as const;
const RETENTION = ["organization", "retention"] as const;

/** How the organization is called, when its days begin, and whether content is kept. */
export function Settings() {
  const mayWrite = useMay("organization.write");
  const found = useQuery({
    queryKey: ORGANIZATION,
    queryFn: ({ signal }) => api.get("/v1/tokenry/organization", { signal }),
  });
  return (
    <Page title={t("settings")} about={mayWrite ? t("settingsAbout") : t("readOnly")} narrow>
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.data ? (
        <>
          <Naming key={found.data.name} organization={found.data} />
          <Retention />
          <Card>
            <Facts
              facts={[
                { term: t("settingsId"), is: <code className="font-mono text-sm">{found.data.id}</code> },
                { term: t("settingsSince"), is: <When at={found.data.created_at} as="day" /> },
              ]}
            />
          </Card>
        </>
      ) : (
        !found.error && <Skeleton className="h-40" />
      )}
    </Page>
  );
}

function Naming({ organization }: { organization: Organization }) {
  const mayWrite = useMay("organization.write");
  const [name, setName] = useState(organization.name);
  const [zone, setZone] = useState(organization.timezone);
  const change = useAct(
    () => api.post("/v1/tokenry/organization", { body: { name: name.trim(), timezone: zone.trim() || null } }),
    { stale: [ORGANIZATION], shows: true, said: () => t("saved"), next: () => void refreshSession() },
  );
  const same = name.trim() === organization.name && zone === organization.timezone;
  return (
    <Card>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Field label={t("settingsName")} hint={t("settingsNameHint")}>
          <Input
            required
            maxLength={200}
            value={name}
            disabled={!mayWrite}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t("settingsZone")} hint={t("settingsZoneHint")}>
          <Input
            list="zones"
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            value={zone}
            disabled={!mayWrite}
            onChange={(event) => setZone(event.target.value)}
          />
        </Field>
        <datalist id="zones">
          {Intl.supportedValuesOf("timeZone").map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {change.error && <ErrorNote error={change.error} />}
        {mayWrite && (
          <div>
            <Button type="submit" look="main" busy={change.isPending} disabled={same}>
              {t("save")}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

const KEEP = "modified_abuse_monitoring";
const NOTHING = "zero_data_retention";

function Retention() {
  const mayWrite = useMay("organization.write");
  const found = useQuery({
    queryKey: RETENTION,
    queryFn: ({ signal }) => api.get("/v1/organization/data_retention", { signal }),
  });
  const change = useAct(
    (retention_type: typeof KEEP | typeof NOTHING) =>
      api.post("/v1/organization/data_retention", { body: { retention_type } }),
    { stale: [RETENTION], shows: true, said: () => t("saved") },
  );
  return (
    <Card title={t("settingsRetention")} about={t("settingsRetentionAbout")}>
      {found.data ? (
        <Field label={t("settingsRetention")} quiet>
          <Select
            value={found.data.type.includes("zero") ? NOTHING : KEEP}
            disabled={!mayWrite || change.isPending}
            onChange={(event) => change.mutate(event.target.value as typeof KEEP)}
          >
            <option value={KEEP}>{t("retentionKeep")}</option>
            <option value={NOTHING}>{t("retentionZero")}</option>
          </Select>
        </Field>
      ) : (
        <Skeleton className="h-10" />
      )}
      {(found.error ?? change.error) && <ErrorNote error={found.error ?? change.error} className="mt-4" />}
    </Card>
  );
}
