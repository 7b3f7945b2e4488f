// Scoring by the rubric: with the keyboard alone if one likes, kept as one goes, and handed in.
import { type KeyboardEvent, useState } from "react";
import { api } from "@/api/client";
import type { Criterion, Review } from "@/api/schema";
import { Button, Card, cx, Field, Input } from "@/ui";
import { t as r } from "@/words/awarding-review";
import { act } from "../data";
import { Saver } from "../model/saver";
import { openCriteria, type Points, percentOfScore, pointsOfKey } from "../model/scores";
import { ActDialog } from "../parts/act";
import { WordsField, wholeOf } from "../parts/fields";
import { KeepingNote } from "../parts/keeping";

interface Written {
  scores: Points;
  comment: string;
  words: string;
}

const SEVERAL = 10; // points that are shown each as a choice; above it one types

function begin(review: Review): Written {
  const from = review.draft ?? review;
  return { scores: from.scores ?? {}, comment: from.comment ?? "", words: from.words ?? "" };
}

function keeper(assignment_id: string): Saver<Written> {
  return new Saver((written) =>
    api.post("/v1/tokenry/me/reviews/{assignment_id}/draft", {
      path: { assignment_id },
      body: { scores: { ...written.scores }, comment: written.comment || null, words: written.words || null },
    }),
  );
}

export function Scoring({ review }: { review: Review }) {
  const [saver] = useState(() => keeper(review.id));
  const [written, setWritten] = useState(() => begin(review));
  const [asking, setAsking] = useState(false);
  const open = openCriteria(review.rubric, written.scores);
  const percent = percentOfScore(review.rubric, written.scores);

  function set(part: Partial<Written>) {
    const next = { ...written, ...part };
    setWritten(next);
    saver.offer(next);
  }

  async function submit() {
    await saver.flush().catch(() => {}); // what is handed in holds all of it
    await act(
      () =>
        api.post("/v1/tokenry/me/reviews/{assignment_id}/score", {
          path: { assignment_id: review.id },
          body: {
            scores: { ...written.scores },
            comment: written.comment.trim() || null,
            words: written.words.trim() || null,
          },
        }),
      r("submitted"),
    );
    saver.stop();
  }

  return (
    <Card title={r("scoreTitle")} about={r("scoreAbout")}>
      <div className="flex flex-col gap-5">
        {review.state === "clear" && review.scores !== null && <p className="font-medium">{r("scoredAgain")}</p>}
        {review.rubric.map((one) => (
          <Scale
            key={one.id}
            criterion={one}
            points={written.scores[one.id]}
            onScore={(points) => set({ scores: { ...written.scores, [one.id]: points } })}
          />
        ))}
        <WordsField
          label={r("comment")}
          hint={r("commentHint")}
          value={written.comment}
          onChange={(comment) => set({ comment })}
          optional
        />
        <WordsField
          label={r("words")}
          hint={r("wordsHint")}
          value={written.words}
          onChange={(words) => set({ words })}
          optional
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-4">
          <div className="min-w-0 flex-1 basis-52">
            <p className="figures text-lg font-semibold">
              {percent === null ? r("totalOpen", { count: open.length }) : `${r("total")}: ${percent} %`}
            </p>
            <KeepingNote saver={saver} />
          </div>
          <Button look="main" disabled={percent === null} onClick={() => setAsking(true)}>
            {review.state === "scored" ? r("submitAgain") : r("submit")}
          </Button>
        </div>
      </div>
      <ActDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={r("submitTitle", { title: review.title })}
        what={r("submitWhat", { percent: percent ?? "" })}
        verb={r("submitVerb")}
        act={submit}
      />
    </Card>
  );
}

interface ScaleProps {
  criterion: Criterion;
  points: number | undefined;
  onScore(points: number): void;
}

function Scale({ criterion, points, onScore }: ScaleProps) {
  const most = criterion.points_max;
  if (most > SEVERAL) return <TypedScale criterion={criterion} points={points} onScore={onScore} />;

  function press(event: KeyboardEvent) {
    const pressed = pointsOfKey(event.key, most);
    if (pressed === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onScore(pressed);
    const inputs = event.currentTarget.querySelectorAll<HTMLInputElement>("input");
    inputs[pressed]?.focus();
  }

  return (
    <fieldset onKeyDown={press} className="min-w-0">
      <legend className="font-medium">{criterion.label}</legend>
      <p className="text-sm text-soft">
        {criterion.help} {r("weight", { count: criterion.weight })}
      </p>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {Array.from({ length: most + 1 }, (_, value) => value).map((value) => (
          <label
            key={value}
            className={cx(
              "figures relative inline-flex size-11 cursor-pointer items-center justify-center rounded border",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-act sm:size-10",
              value === points
                ? "border-act bg-act font-semibold text-act-ink"
                : "border-field bg-raised hover:bg-code",
            )}
          >
            <input
              type="radio"
              name={`scale-${criterion.id}`}
              checked={value === points}
              onChange={() => onScore(value)}
              aria-label={r("points", { points: value, most })}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
            {value}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function TypedScale({ criterion, points, onScore }: ScaleProps) {
  const [text, setText] = useState(points === undefined ? "" : String(points));
  const most = criterion.points_max;
  const wrong = text.trim() !== "" && wholeOf(text, 0, most) === null;
  return (
    <Field
      label={criterion.label}
      hint={`${criterion.help} ${r("weight", { count: criterion.weight })}`}
      error={wrong ? r("points", { points: "0", most }) : undefined}
    >
      <Input
        inputMode="numeric"
        value={text}
        className="max-w-28"
        onChange={(event) => {
          setText(event.target.value);
          const typed = wholeOf(event.target.value, 0, most);
          if (typed !== null) onScore(typed);
        }}
      />
    </Field>
  );
}
