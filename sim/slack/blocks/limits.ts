/**
 * Slack's published limits (docs.slack.dev, reference/block-kit), lengths in UTF-16 units. Where copies of the
 * documentation differ, the smaller number stands here.
 */
export const limits = {
  message: {
    blocks: 50,
    attachments: 100,
    text: 40_000,
    updateText: 4_000,
    /** Not documented. Payloads of 11,341 were refused; staff speak of 12,000 "with a buffer". */
    blockText: 10_000,
    tables: 1,
    /** Not documented either: far above what anybody should put there. */
    metadataBytes: 8_000,
  },
  view: { blocks: 100, title: 24, submit: 24, close: 24, privateMetadata: 3_000, callbackId: 255, bytes: 250_000 },
  id: 255,
  text: 3_000,
  section: { text: 3_000, fields: 10, field: 2_000 },
  header: { text: 150, level: 4 },
  context: { elements: 10 },
  actions: { elements: 25 },
  input: { label: 2_000, hint: 2_000 },
  image: { url: 3_000, alt: 2_000, title: 2_000 },
  markdown: 12_000,
  table: { rows: 100, columns: 20, cells: 10_000 },
  dataTable: { rows: 101, columns: 20, pageSize: 100 },
  container: { title: 150, subtitle: 150, children: 10 },
  richText: { indent: 8 },
  button: { text: 75, value: 2_000, url: 3_000, label: 75 },
  confirm: { title: 100, text: 300, confirm: 30, deny: 30 },
  option: { text: 75, value: 75, description: 75, url: 3_000 },
  select: { options: 100, groups: 100, group: 75, placeholder: 150 },
  overflow: { options: 5 },
  choice: { options: 10 },
  input_text: { min: 3_000, max: 3_000, initial: 3_000 },
} as const;
