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
  replaceAllFound,
  replaceFound,
  selectedWords,
  type Wanted,
} from './find';
export { SHORTCUTS } from './keys';
export { type Heading, headingHere, headingsOf, jumpTo, jumpToWords } from './outline';
export type { PasteReport, Tracked } from './paste';
export type { Align, Direction } from './schema';
export { alignColumns, changeTable, insertTable, type TableChange } from './tables';
export type { EditorWords } from './views';
export { countWords } from './words';
