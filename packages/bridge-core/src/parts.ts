/** Parts that bridges share: reading what agents write and keep, and showing what their tools do. */
export {
  fieldsOf,
  isFields,
  jsonFieldsOf,
  listOf,
  numberOf,
  textOf,
  type Fields,
  type JsonFields,
} from "./parts/fields.ts";
export { isReadable, jsonLines, printedBy, readJson, readWhole } from "./parts/files.ts";
export { imageSource, type ImageSource } from "./parts/images.ts";
export { listingItem, readingItem, searchingItem } from "./parts/looking.ts";
export { toolContents } from "./parts/contents.ts";
export { hunk, replacingHunk, type HunkPlace } from "./parts/hunks.ts";
