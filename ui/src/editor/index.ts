export { Autosave, type SaveAnswer, type SaveSnapshot, type SaveState } from './autosave';
export type { BarState } from './bar';
export { removeControls } from './bidi';
export { type Body, type BodyOptions, openBody } from './body';
export {
  clearFormatting,
  insertFootnote,
  insertRule,
  setLink,
  setTextStyle,
  sizePicture,
  toggleCodeBlock,
  toggleEmphasis,
  toggleList,
  toggleQuote,
} from './commands';
export { directionOfLanguage, firstStrong, setDirection } from './direction';
export {
  type Found,
  find,
  findNext,
  placesInLine,
  replaceAllFound,
  replaceFound,
  selectedWords,
  type Wanted,
} from './find';
export { SHORTCUTS } from './keys';
export { type Heading, headingHere, headingsOf, jumpTo, jumpToWords } from './outline';
export type { PasteReport, Tracked } from './paste';
export { type Align, type Direction, DRAFT_ADDRESS, draftOf, linkAddress, type PictureSize } from './schema';
export { alignColumns, changeTable, insertTable, openTable, type TableChange } from './tables';
export type { EditorWords } from './views';
export { countWords } from './words';
