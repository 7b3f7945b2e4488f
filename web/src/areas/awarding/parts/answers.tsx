// Answers on an application's form, for reading. Links are shown as text that can be followed, and lead away in a new tab.
import type { Field } from "@/api/schema";
import { t } from "@/words/awarding-apply";
import { answerWords, isEmpty } from "../model/answers";
import { Prose } from "./shown";

export function AnswerList({
  fields,
  answers,
}: {
  fields: readonly Field[];
  answers: Readonly<Record<string, unknown>>;
}) {
  const known = new Set(fields.map((field) => field.id));
  const others = Object.keys(answers).filter((id) => !known.has(id)); // asked once, and asked no more
  return (
    <dl className="flex flex-col gap-4">
      {fields.map((field) => (
        <div key={field.id}>
          <dt className="text-sm font-medium">{field.label}</dt>
          <dd className="mt-1">
            <Answer field={field} answer={answers[field.id]} />
          </dd>
        </div>
      ))}
      {others.map((id) => (
        <div key={id}>
          <dt className="text-sm font-medium">{id}</dt>
          <dd className="mt-1">
            <Prose>{answerWords(answers[id])}</Prose>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Answer({ field, answer }: { field: Field; answer: unknown }) {
  if (isEmpty(answer)) return <p className="text-soft">{t("notAnswered")}</p>;
  const text = answerWords(answer);
  if (field.kind === "url" && /^https?:\/\//i.test(text)) {
    return (
      <a href={text} target="_blank" rel="noopener noreferrer nofollow" className="link wrap-anywhere">
        {text}
      </a>
    );
  }
  return <Prose>{text}</Prose>;
}
