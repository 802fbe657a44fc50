/**
 * Paths of files dragged from a file manager, where the system gives them as `file:` addresses. In the window the bridge
 * gives paths by itself and this answers nothing.
 */
export function dropped(transfer: Pick<DataTransfer, 'getData'>): string[] {
  return transfer
    .getData('text/uri-list')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('file://'))
    .map((line) => {
      const path = decodeURIComponent(line.slice('file://'.length));
      // file:///C:/Reports begins with a slash that is not part of a Windows path.
      return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
    });
}

/** The one sheet among dropped paths, if there is just one: what describes the others, or publications that are here. */
export function sheetAmong(paths: string[]): string | null {
  const sheets = paths.filter((path) => /\.(csv|tsv|xlsx|xlsm|xls|ods)$/i.test(path));
  return sheets.length === 1 ? (sheets[0] ?? null) : null;
}
