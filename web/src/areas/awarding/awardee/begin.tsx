// How to begin with an award: a key of one's own, and a few lines for each way to ask.
import { useState } from "react";
import { api } from "@/api/client";
import type { WholeAward } from "@/api/schema";
import { Button, Card, CopyButton, Tabs } from "@/ui";
import { t as w } from "@/words/awarding-award";
import { SNIPPETS, type SnippetId, snippet } from "../model/snippets";
import { ActDialog } from "../parts/act";

const NAME_MAX = 80; // characters of a key's name

export function BeginCard({ award, mayMake }: { award: WholeAward; mayMake: boolean }) {
  const [shown, setShown] = useState<SnippetId>("python");
  const [key, setKey] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const model = award.terms.restrictions.models?.[0] ?? w("placeholderModel");
  const filled = { base: window.location.origin, model, key: key ?? "sk-tok-…" };

  async function make() {
    const made = await api.post("/v1/tokenry/projects/{project_id}/api_keys", {
      path: { project_id: award.project_id },
      body: { name: award.name.slice(0, NAME_MAX) },
    });
    setKey(made.value);
  }

  return (
    <Card
      title={w("begin")}
      about={w("beginAbout", { project: award.project })}
      actions={mayMake && key === null && <Button onClick={() => setAsking(true)}>{w("beginKey")}</Button>}
    >
      {key !== null && (
        <div role="status" className="mb-4 rounded bg-good-ground px-4 py-3 text-good">
          <p>{w("newKey")}</p>
          <div className="mt-2 flex items-center gap-2">
            <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{key}</code>
            <CopyButton text={key} />
          </div>
        </div>
      )}
      <Tabs
        label={w("begin")}
        value={shown}
        onChange={setShown}
        tabs={SNIPPETS.map((one) => ({
          id: one.id,
          label: one.label,
          content: <Code text={snippet(one.id, filled)} />,
        }))}
      />
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={w("beginKeyTitle", { project: award.project })}
        what={w("beginKeyWhat")}
        verb={w("beginKeyVerb")}
        act={make}
      />
    </Card>
  );
}

function Code({ text }: { text: string }) {
  return (
    <div className="relative rounded bg-code">
      <div className="absolute top-1 right-1">
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto p-4 pr-14 font-mono text-sm leading-relaxed">
        {text}
      </pre>
    </div>
  );
}
