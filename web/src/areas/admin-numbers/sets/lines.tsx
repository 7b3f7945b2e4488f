import { CopyButton } from "@/ui";

/** Lines to type, or to write into a file. */
export function Lines({ text }: { text: string }) {
  return (
    <div className="relative my-3 rounded bg-code text-left text-ink">
      <div className="absolute top-1 right-1">
        <CopyButton text={text} />
      </div>
      <pre className="p-3 pr-12 font-mono text-sm leading-relaxed whitespace-pre-wrap wrap-anywhere">{text}</pre>
    </div>
  );
}
