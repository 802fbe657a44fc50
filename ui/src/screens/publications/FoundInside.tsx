import { useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { marked } from '../../text/marks';
import css from './FoundInside.module.css';

/** So many pages are told one by one. */
const SHOWN = 20;

/** On which pages of the file the words are, each with the words around them. */
export function FoundInside(props: { publication: string; query: string }) {
  const t = useT();
  const formats = useFormats();
  const found = useLive(
    'publications.find_inside',
    { publication: props.publication, query: props.query, limit: SHOWN },
    ['publications'],
    { keep: false },
  );
  const pages = found.data?.pages ?? [];
  if (pages.length === 0) return null;
  const total = found.data?.total ?? pages.length;
  const paged = pages.some(({ page }) => page !== null);
  return (
    <section aria-labelledby="found-inside">
      <h3 id="found-inside" className={css.heading}>
        {paged ? t('publications.found_inside', { count: total }) : t('publications.in_file')}
      </h3>
      <ol className={css.pages}>
        {pages.map(({ page, snippet }) => (
          <li key={page ?? snippet}>
            {page !== null && (
              <span className={css.page}>{t('publications.on_page', { page: formats.number(page) })}</span>
            )}
            <span dir="auto">
              {marked(snippet).map((part, index) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: the place in the text is the only name a part has
                part.found ? <mark key={index}>{part.text}</mark> : part.text,
              )}
            </span>
          </li>
        ))}
        {total > pages.length && <li>{t('watched.more', { count: total - pages.length })}</li>}
      </ol>
    </section>
  );
}
