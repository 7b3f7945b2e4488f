/** A place that files can be dropped on, with a button for those who do not drag. */
import { Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button, cx } from "@/ui";

type Props = { label: string; button: string; onFiles: (files: readonly File[]) => void; children?: ReactNode };

export function DropZone({ label, button, onFiles, children }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same for whoever does not drag
    <div
      className={cx("rounded border border-dashed", over ? "border-act bg-wash" : "border-field")}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <div className="flex flex-wrap items-center gap-3 px-4 py-3">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            onFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <Button icon={<Upload aria-hidden className="size-4" />} onClick={() => picker.current?.click()}>
          {button}
        </Button>
        <p className="text-sm text-soft pointer-coarse:hidden">{label}</p>
      </div>
      {children}
    </div>
  );
}
