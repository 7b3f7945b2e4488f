import { api } from "@/api/client";
import { useAct } from "@/api/pages";
import { Confirm } from "@/ui";
import { t } from "@/words/library";
import { SHARES } from "../lists";

export interface WithdrawShareProps {
  share: { id: string; title: string };
  onClose(): void;
  onGone?(): void;
}

export function WithdrawShare({ share, onClose, onGone }: WithdrawShareProps) {
  const withdraw = useAct(() => api.delete("/v1/tokenry/shares/{share_id}", { path: { share_id: share.id } }), {
    stale: [SHARES, ["chat"]],
    shows: true,
    said: () => t("shareWithdrawn"),
  });
  return (
    <Confirm
      open
      onClose={onClose}
      title={t("shareWithdrawAsk", { title: share.title || t("untitled") })}
      verb={t("shareWithdraw")}
      act={async () => {
        await withdraw.mutateAsync();
        onGone?.();
      }}
    >
      {t("shareWithdrawWhy")}
    </Confirm>
  );
}
