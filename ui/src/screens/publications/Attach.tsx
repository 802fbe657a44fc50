import { Files } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Dialog } from '../../parts/Dialog';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { SearchField } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { PieceList } from '../../pieces/PieceList';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import css from './Attach.module.css';

/** Which piece the chosen publications go into. */
export function Attach(props: { publications: string[]; onClose: () => void }) {
  const t = useT();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useDeferredValue(query.trim());
  const drafts = useLive('drafts.list', { limit: 50, ...(asked && { query: asked }) }, ['drafts']);
  const add = useAct('attachments.add', () => {
    toast(t('publications.attached', { count: props.publications.length }));
    props.onClose();
  });
  return (
    <Dialog title={t('publications.attach_to')} isOpen onClose={props.onClose} wide>
      <SearchField label={t('desk.drafts.find')} value={query} onChange={setQuery} autoFocus />
      {add.error && <ErrorLine trouble={add.error} />}
      <div className={css.list}>
        <PieceList
          label={t('common.nav.drafts')}
          groups={[{ id: 'all', rows: drafts.data?.drafts ?? [] }]}
          chosen={chosen}
          onChoose={setChosen}
          onOpen={(row) =>
            add.mutate({ draft: row.id, publications: props.publications, role: 'publication' })
          }
          empty={drafts.data && <EmptyState icon={Files} title={t('desk.drafts.none_found')} />}
        />
      </div>
      <p className={css.hint}>{t('publications.attach_hint')}</p>
    </Dialog>
  );
}
