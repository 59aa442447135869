import type { ModalView } from "@slack/types";

/** Dialogs that one person sees. Each call sends at most once, and never rejects but for a fault of our own. */
export type Modals = {
  /** `trigger` comes with what the person did, and is good for three seconds and one use. */
  open(trigger: string, view: ModalView): Promise<Opened>;
  /** Only while it is what we last made of it. */
  update(modal: Modal, view: ModalView): Promise<Opened>;
};

/** A dialog as it was when Slack last told us of it. */
export type Modal = { readonly id: string; readonly hash: string };

export type Opened =
  | { readonly kind: "shown"; readonly modal: Modal }
  /** The trigger was too old, or spent; or the person has closed it, or is looking at something newer. */
  | { readonly kind: "too late" }
  | { readonly kind: "no answer"; readonly because: string };
