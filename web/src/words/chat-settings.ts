// What the settings of a chat say: apart, as they are loaded when they are first opened.
import { speak } from ".";

export const t = speak({
  settings: "How it answers",
  "settings.cancel": "Cancel",
  "settings.system": "Instructions for this chat",
  "settings.systemHint": "What the model should always keep in mind here: your role, a tone, a format.",
  "settings.temperature": "Temperature",
  "settings.temperatureHint": "0 is steady, 2 is wild. Empty: the model’s own.",
  "settings.topP": "Top P",
  "settings.topPHint": "Only the likeliest words that make up this share. Empty: the model’s own.",
  "settings.max": "Longest answer",
  "settings.maxHint": "In tokens; about ¾ of a word each. Empty: the model’s own.",
  "settings.effort": "Reasoning effort",
  "settings.effortHint": "How long a model that reasons may think first. Thinking costs tokens too.",
  "settings.effortOwn": "The model’s own",
  "settings.effort.none": "None",
  "settings.effort.minimal": "Minimal",
  "settings.effort.low": "Low",
  "settings.effort.medium": "Medium",
  "settings.effort.high": "High",
  "settings.effort.xhigh": "Extra high",
  "settings.save": "Save",
  "settings.saved": "Saved for this chat",
  "settings.wrong": "Write a number from {from} to {to}.",
});
