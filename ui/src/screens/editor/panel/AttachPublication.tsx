import { Plus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Button } from '../../../parts/Button';
import { ErrorLine } from '../../../parts/ErrorLine';
import { SearchField } from '../../../parts/Field';
import { useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import css from './Panel.module.css';

/** Publications of this desk, found by title, author or file name. */
export function AttachPublication(props: { attached: string[]; onChoose: (publication: string) => void }) {
  const t = useT();
  const formats = useFormats();
  const [query, setQuery] = useState('');
  const found = useLive('publications.list', { query: useDeferredValue(query), limit: 8 }, ['publications']);
  const rows = (found.data?.publications ?? []).filter((one) => !props.attached.includes(one.id));
  return (
    <div className={css.attach}>
      <SearchField label={t('editor.files.search')} value={query} onChange={setQuery} autoFocus />
      {found.error && <ErrorLine trouble={found.error} />}
      <ul className={css.fileList}>
        {rows.map((one) => (
          <li key={one.id} className={css.fileHead}>
            <span className={css.fileName}>
              <bdi>{one.title || one.name}</bdi>
              <span className={css.quiet}>
                {[one.year, formats.bytes(one.bytes)].filter(Boolean).join(' · ')}
              </span>
            </span>
            <Button
              small
              icon={Plus}
              aria-label={t('editor.files.attach', { name: one.title || one.name })}
              onPress={() => props.onChoose(one.id)}
            />
          </li>
        ))}
      </ul>
      {found.data && rows.length === 0 && <p className={css.quiet}>{t('editor.files.nothing_found')}</p>}
    </div>
  );
}
