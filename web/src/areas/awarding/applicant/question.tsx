// One question of a form with its answer: the right control for its kind, words counted, problems told while one writes.
import type { Field as Asked } from "@/api/schema";
import { Field, Input, Select, TextArea } from "@/ui";
import { t as a } from "@/words/awarding-apply";
import { type Answer, LENGTHS_MAX, numberTyped, problemOf, wordsIn } from "../model/answers";

export interface QuestionProps {
  field: Asked;
  answer: Answer | undefined;
  onChange(answer: Answer | undefined): void;
}

export function Question({ field, answer, onChange }: QuestionProps) {
  return (
    <Field
      label={field.label}
      hint={
        <>
          {field.help} {counted(field, answer)}
        </>
      }
      error={problemOf(field, answer)}
      optional={!field.required}
    >
      <Control field={field} answer={answer} onChange={onChange} />
    </Field>
  );
}

function counted(field: Asked, answer: Answer | undefined): string {
  if (field.kind !== "text" && field.kind !== "long_text") return "";
  const there = typeof answer === "string" ? wordsIn(answer) : 0;
  if (field.words_max !== null) return a("wordsOf", { there, most: field.words_max });
  return field.kind === "long_text" && there > 0 ? a("wordsThere", { count: there }) : "";
}

function Control({ field, answer, onChange }: QuestionProps) {
  const text = answer === undefined ? "" : String(answer);
  const most = LENGTHS_MAX[field.kind];
  switch (field.kind) {
    case "long_text":
      return <TextArea rows={6} value={text} maxLength={most} onChange={(event) => onChange(event.target.value)} />;
    case "choice":
      return (
        <Select value={text} onChange={(event) => onChange(event.target.value || undefined)}>
          <option value="">{a("choose")}</option>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      );
    case "yes_no":
      return (
        <Select
          value={answer === true ? "yes" : answer === false ? "no" : ""}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value === "yes")}
        >
          <option value="">{a("choose")}</option>
          <option value="yes">{a("yes")}</option>
          <option value="no">{a("no")}</option>
        </Select>
      );
    case "number":
      return (
        <Input
          value={text}
          inputMode="numeric"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value === "" ? undefined : numberTyped(event.target.value))}
        />
      );
    case "url":
      return (
        <Input
          type="url"
          value={text}
          maxLength={most}
          placeholder="https://"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <Input value={text} maxLength={most} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      );
  }
}
