import { BookText, FileText, SearchIcon } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Hit } from '../../backend/wire';
import { Choose } from '../../parts/Choose';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { SearchField } from '../../parts/Field';
import { useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import { marked, withoutMarks } from '../../text/marks';
import css from './Search.module.css';

const KINDS = ['all', 'drafts', 'publications'] as const;
const LIMIT = 100;

/** Everything on this desk by its words: pieces, publications, and the text inside files. */
export function Search(props: { query?: string }) {
  const t = useT();
  const { languageName, number } = useFormats();
  const [query, setQuery] = useState(props.query ?? '');
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all');
  const asked = useDeferredValue(query.trim());
  const found = useLive('search', { query: asked, in: kind, limit: LIMIT }, ['drafts', 'publications'], {
    when: asked !== '',
  });
  const hits = asked === '' ? [] : (found.data?.hits ?? []);
  const open = (hit: Hit) =>
    void go(
      hit.kind === 'draft'
        ? { name: 'editor', draft: hit.id }
        : { name: 'publications', publication: hit.id },
    );
  return (
    <div className={css.screen}>
      <h1 className="only-heard">{t('common.nav.search')}</h1>
      <div className={css.head}>
        <SearchField label={t('search.placeholder')} value={query} onChange={setQuery} autoFocus large />
        <div className={css.line}>
          <Choose
            label={t('search.where')}
            labelHidden
            row
            value={kind}
            onChange={(id) => setKind(id as typeof kind)}
            options={KINDS.map((id) => ({ id, label: t(`search.in.${id}`) }))}
          />
          <span role="status" className={css.count}>
            {asked !== '' && found.data && t('search.count', { count: hits.length, limit: LIMIT })}
          </span>
        </div>
      </div>
      {found.error && <ErrorLine trouble={found.error} />}
      {hits.length > 0 ? (
        <ListBox
          aria-label={t('search.results')}
          className={css.list}
          selectionMode="none"
          items={hits.map((hit) => ({ ...hit, key: `${hit.kind}:${hit.id}:${hit.lang ?? ''}` }))}
        >
          {(hit) => (
            <ListBoxItem
              id={hit.key}
              textValue={withoutMarks(hit.title)}
              className={css.hit}
              onAction={() => open(hit)}
            >
              {hit.kind === 'draft' ? <FileText size={18} aria-hidden /> : <BookText size={18} aria-hidden />}
              <span className={css.title} dir="auto">
                <Marked text={hit.title || t('common.untitled')} />
              </span>
              <span className={css.kind}>
                {t(`search.kind.${hit.kind}`)}
                {hit.file !== null && (
                  <>
                    {' · '}
                    <bdi>{hit.file}</bdi>
                  </>
                )}
                {hit.lang && <> · {languageName(hit.lang)}</>}
                {hit.page !== null && <> · {t('publications.on_page', { page: number(hit.page) })}</>}
              </span>
              {hit.snippet && (
                <span className={css.snippet} dir="auto">
                  <Marked text={hit.snippet} />
                </span>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      ) : asked !== '' && found.data && !found.isFetching ? (
        <EmptyState
          icon={SearchIcon}
          title={t('search.nothing', { query: asked })}
          text={t('search.nothing_help')}
        />
      ) : (
        asked === '' && (
          <EmptyState icon={SearchIcon} title={t('search.empty.title')} text={t('search.empty.text')} />
        )
      )}
    </div>
  );
}

function Marked({ text }: { text: string }) {
  return marked(text).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the place in the text is the only name a part has
    part.found ? <mark key={index}>{part.text}</mark> : part.text,
  );
}
