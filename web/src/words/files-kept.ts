// What is said about files that are here: in folders and assistants, and of the passages that answers stand on.
import { speak } from ".";

export const t = speak({
  leftOutHere: {
    one: "{most} files can be added at one time; one more was left out. Add it once these are here.",
    other: "{most} files can be added at one time; {count} more were left out. Add them once these are here.",
  },

  close: "Close",
  save: "Save {name}",
  saveFile: "Save the file",
  page: "page {page}",
  line: "line {line}",
  passage: "Source {number}",
  under: "under “{heading}”",
  passageText: "The passage in its file",
  cited: "What the model was given",
  gone: "The file is not there any more. This is the passage as the model was given it.",
  notYours: "This file belongs to an assistant that somebody shares; its passages can be read, the file is theirs.",

  folderTitle: "Files",
  folderAbout: "Every chat in this folder can be answered from them, with the passages named.",
  add: "Add files",
  drop: "Drop files here to add them to the folder",
  none: "No files yet",
  noneWhy:
    "Drop PDF, DOCX, HTML, CSV, Markdown or text here. Each is read at once; answers name the passages that they rest on.",
  remover: "Delete",
  removeOne: "Delete {name}",
  removeAsk: "Delete “{name}”?",
  removeWhy: "It goes for good, with its passages. Answers that cited it keep the words they cited.",
  removed: "“{name}” is deleted",
  stateReading: "being read",
  stateFailed: "cannot be read",
  pages: { one: "{count} page", other: "{count} pages" },
  room: "{used} of {most} used",
  text: "text",
  markdown: "Markdown",
  code: "source code",
  json: "JSON",
  csv: "a table (CSV)",
  html: "a web page",
  pdf: "PDF",
  docx: "DOCX",
  image: "an image, for models that see",
  audio: "sound",
});
