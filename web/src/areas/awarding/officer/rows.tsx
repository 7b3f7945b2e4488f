// A list in a form: rows that are added, taken out and moved; each row draws its own fields.
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "@/ui";
import { t as s } from "@/words/awarding-settings";
import type { Keyed } from "../model/terms";

export interface RowsProps<Row extends Keyed> {
  rows: readonly Row[];
  onChange(rows: Row[]): void;
  /** What a row is called, for whoever cannot see which one a button stands in. */
  named(row: Row): string;
  draw(row: Row, change: (part: Partial<Row>) => void): ReactNode;
  /** What can be added, each with its button. */
  adds: readonly { label: string; fresh(): Row }[];
  most: number;
  disabled: boolean;
}

export function Rows<Row extends Keyed>({ rows, onChange, named, draw, adds, most, disabled }: RowsProps<Row>) {
  const change = (row: Row, part: Partial<Row>) =>
    onChange(rows.map((one) => (one.key === row.key ? { ...one, ...part } : one)));

  function move(at: number, by: -1 | 1) {
    const next = [...rows];
    const [row] = next.splice(at, 1);
    if (row) next.splice(at + by, 0, row);
    onChange(next);
  }

  return (
    <div className="flex flex-col gap-3">
      {rows.map((row, at) => {
        const name = named(row).trim() || s("untitled");
        return (
          <fieldset key={row.key} disabled={disabled} className="min-w-0 rounded border px-3.5 pt-2 pb-3.5">
            <legend className="sr-only">{name}</legend>
            {!disabled && (
              <div className="mb-1 flex items-center">
                <span aria-hidden className="min-w-0 flex-1 truncate text-sm font-medium text-soft">
                  {name}
                </span>
                <IconButton label={s("up", { name })} disabled={at === 0} onClick={() => move(at, -1)}>
                  <ArrowUp aria-hidden />
                </IconButton>
                <IconButton label={s("down", { name })} disabled={at === rows.length - 1} onClick={() => move(at, 1)}>
                  <ArrowDown aria-hidden />
                </IconButton>
                <IconButton
                  label={s("remove", { name })}
                  onClick={() => onChange(rows.filter((one) => one.key !== row.key))}
                >
                  <X aria-hidden />
                </IconButton>
              </div>
            )}
            {draw(row, (part) => change(row, part))}
          </fieldset>
        );
      })}
      {!disabled && rows.length < most && (
        <div className="flex flex-wrap gap-2">
          {adds.map((add) => (
            <Button
              key={add.label}
              size="small"
              icon={<Plus aria-hidden className="size-4" />}
              onClick={() => onChange([...rows, add.fresh()])}
            >
              {add.label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
