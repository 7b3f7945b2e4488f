// Certificates of the organization: to look at, to hang up, to share.
import { Download, ExternalLink, Medal } from "lucide-react";
import { useState } from "react";
import { api } from "@/api/client";
import { useMay } from "@/api/hooks";
import type { CertificateShape } from "@/api/schema";
import {
  Button,
  buttonClass,
  Card,
  CopyButton,
  dayWords,
  Empty,
  ErrorNote,
  Field,
  Input,
  Page,
  tokensWords,
} from "@/ui";
import { t as w } from "@/words/awarding-award";
import { act, useCertificates } from "../data";
import { ActDialog } from "../parts/act";
import { Coming } from "../parts/shown";

export function Certificates() {
  const found = useCertificates();
  return (
    <Page title={w("certificatesTitle")} about={w("certificatesAbout")}>
      {found.isPending && <Coming />}
      {found.error && <ErrorNote error={found.error} again={() => void found.refetch()} />}
      {found.data?.length === 0 && (
        <Card>
          <Empty icon={<Medal aria-hidden />} title={w("certificatesNone")}>
            {w("certificatesNoneWhy")}
          </Empty>
        </Card>
      )}
      {found.data?.map((one) => (
        <CertificateCard key={one.id} certificate={one} />
      ))}
    </Page>
  );
}

function CertificateCard({ certificate }: { certificate: CertificateShape }) {
  const [signing, setSigning] = useState(false);
  const may = useMay("organization.write");
  const { statement } = certificate;
  const tokens = tokensWords(statement.threshold_tokens);
  const reached = dayWords(Date.parse(statement.reached_at) / 1000);
  const edition = statement.edition > 1 ? `, ${w("edition", { count: statement.edition })}` : "";
  return (
    <Card
      title={w("certificateOf", { tokens })}
      about={w("certificateReached", { day: reached }) + edition}
      actions={may && <Button onClick={() => setSigning(true)}>{w("reissue")}</Button>}
    >
      <img
        src={`/v1/tokenry/certificates/${certificate.id}?format=svg#${statement.edition}`}
        alt={w("certificateAlt", { organization: statement.organization, tokens })}
        loading="lazy"
        className="w-full max-w-2xl rounded-sm border bg-white"
      />
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <a href={`/verify/${certificate.id}`} className={buttonClass("plain")}>
          <ExternalLink aria-hidden className="size-4" />
          {w("certificateVerify")}
        </a>
        {(["pdf", "svg"] as const).map((format) => (
          <a
            key={format}
            href={`/verify/${certificate.id}/certificate.${format}?download`}
            download
            className={buttonClass("plain")}
          >
            <Download aria-hidden className="size-4" />
            {format === "pdf" ? w("certificatePdf") : w("certificateSvg")}
          </a>
        ))}
        <CopyButton
          text={certificate.verify_url ?? `${window.location.origin}/verify/${certificate.id}`}
          label={w("certificateShare")}
          worded
        />
      </div>
      {!certificate.verify_url && <p className="mt-2 text-sm text-soft">{w("certificateNoLink")}</p>}
      {signing && <Reissue certificate={certificate} onClose={() => setSigning(false)} />}
    </Card>
  );
}

function Reissue({ certificate, onClose }: { certificate: CertificateShape; onClose(): void }) {
  const [name, setName] = useState(certificate.statement.organization);
  return (
    <ActDialog
      open
      onClose={onClose}
      title={w("reissueTitle")}
      what={w("reissueWhat")}
      verb={w("reissueVerb")}
      ready={name.trim() !== ""}
      act={() =>
        act(
          () =>
            api.post("/v1/tokenry/certificates/{certificate_id}/reissue", {
              path: { certificate_id: certificate.id },
              body: { name: name.trim() },
            }),
          w("reissued"),
        )
      }
    >
      <Field label={w("reissueName")}>
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
    </ActDialog>
  );
}
