import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "@/words/shell";
import { Button, IconButton } from "./button";
import { toast } from "./toast";

const SAYS_SO_MS = 2_000;

/** Puts a text into the clipboard, also where a page over plain HTTP has none. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("The browser keeps the clipboard to itself.");
}

export interface CopyButtonProps {
  text: string | (() => string);
  label?: string;
  /** With words beside the sign. */
  worded?: boolean;
}

export function CopyButton({ text, label = t("copy"), worded = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, SAYS_SO_MS, false);
    return () => clearTimeout(timer);
  }, [copied]);

  function copy() {
    copyText(typeof text === "string" ? text : text()).then(() => setCopied(true), toast.failed);
  }

  const sign = copied ? <Check aria-hidden className="text-good" /> : <Copy aria-hidden />;
  return (
    <>
      {worded ? (
        <Button onClick={copy} icon={<span className="[&>svg]:size-4">{sign}</span>}>
          {copied ? t("copied") : label}
        </Button>
      ) : (
        <IconButton label={label} onClick={copy}>
          {sign}
        </IconButton>
      )}
      <span role="status" className="sr-only">
        {copied ? t("copied") : ""}
      </span>
    </>
  );
}
