/** One chat in the bar on the left: leads there, and has its menu. */
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { t } from "@/words/chat";
import type { Chat } from "../model/types";
import { ChatMenu } from "../page/ChatMenu";
import { Rename } from "../page/Rename";

export const Row = memo(function Row({ chat }: { chat: Chat }) {
  const [renaming, setRenaming] = useState(false);
  const title = chat.title || t("chat.untitled");
  return (
    <li className="group/row relative flex items-center">
      <Link
        to="/chat/$id"
        params={{ id: chat.id }}
        title={title}
        className="min-h-11 min-w-0 flex-1 truncate rounded py-2.5 pr-11 pl-2.5 text-[0.9375rem] leading-6 text-ink no-underline -outline-offset-2 hover:bg-code md:min-h-9 md:py-1.5 md:pr-9 aria-[current=page]:bg-wash aria-[current=page]:font-medium"
      >
        {title}
      </Link>
      <span className="absolute right-0 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-[[data-state=open]]:opacity-100 pointer-coarse:opacity-100">
        <ChatMenu chat={chat} onRename={() => setRenaming(true)} />
      </span>
      {renaming && <Rename chat={chat} onClose={() => setRenaming(false)} />}
    </li>
  );
});
