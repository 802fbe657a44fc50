import { ArrowLeft, CloudDownload, Download, Hourglass, PencilLine } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { RemoteRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { SearchField } from '../../parts/Field';
import { moveInRows } from '../../parts/rows';
import { ScreenHead } from '../../parts/Screen';
import { type StateName, StateWord } from '../../parts/StateWord';
import { toast } from '../../parts/toasts';
import { typeIcon } from '../../pieces/types';
import { usePortalName } from '../../pieces/usePortalName';
import { useTypeName } from '../../pieces/useTypeName';
import { useAct, useLive } from '../../state/live';
import { back, go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import { found, notYetAsked } from './pieces';
import css from './RemotePieces.module.css';

/** What the ministry has on its portals and not on this desk: found, fetched, and opened to be revised. */
export function RemotePieces() {
  const t = useT();
  const { number } = useFormats();
  const typeName = useTypeName();
  const portalName = usePortalName();
  const remote = useLive('remote.list', {}, ['outbox', 'drafts', 'portals']);
  const fetch = useAct('remote.fetch');
  const [query, setQuery] = useState('');
  const asked = useDeferredValue(query);
  const all = remote.data?.items ?? [];
  const shown = found(all, asked, (row) => `${row.title} ${typeName(row.type)} ${portalName(row.portal)}`);
  const toAsk = notYetAsked(shown);
  const failed = remote.error ?? fetch.error;
  return (
    <div className={css.screen}>
      <ScreenHead title={t('remote.title')} note={remote.data && all.length > 0 && number(all.length)}>
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('remote.back')}
        </Button>
        {toAsk.size > 0 && (
          <Button
            icon={Download}
            isDisabled={fetch.isPending}
            onPress={() => {
              for (const [portal, items] of toAsk) fetch.mutate({ portal, items });
            }}
          >
            {t('remote.fetch_all')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.inside}>
        {failed && <ErrorLine trouble={failed} />}
        {remote.data && all.length === 0 && (
          <EmptyState icon={CloudDownload} title={t('remote.empty')} text={t('remote.empty_text')} />
        )}
        {all.length > 0 && (
          <>
            <p className={css.lead}>{t('remote.lead')}</p>
            <div className={css.find}>
              <SearchField label={t('remote.find')} value={query} onChange={setQuery} />
            </div>
            {shown.length === 0 && <p className={css.lead}>{t('remote.none_found')}</p>}
            {shown.length > 0 && (
              <ul className={css.list} onKeyDown={moveInRows}>
                {shown.map((row) => (
                  <Piece key={`${row.portal} ${row.item}`} row={row} />
                ))}
              </ul>
            )}
          </>
        )}
      </div>
    </div>
  );
}

const STATES: readonly string[] = ['received', 'published', 'returned'] satisfies StateName[];

function Piece({ row }: { row: RemoteRow }) {
  const t = useT();
  const formats = useFormats();
  const typeName = useTypeName();
  const portalName = usePortalName();
  const title = row.title || t('common.untitled');
  const fetch = useAct('remote.fetch');
  const adopt = useAct('remote.adopt', ({ draft, left_out }) => {
    if (left_out.length > 0) toast(t('remote.left_out', { count: left_out.length }));
    void go({ name: 'editor', draft: draft.id });
  });
  const Icon = typeIcon(row.type);
  const failed = fetch.error ?? adopt.error;
  const at = { portal: row.portal, item: row.item };
  return (
    <li className={css.piece}>
      <Icon size={18} strokeWidth={1.6} aria-hidden className={css.type} />
      <div className={css.main}>
        <span className={css.title} dir="auto">
          {title}
        </span>
        <span className={css.facts}>
          <span>{typeName(row.type)}</span>
          <span>
            <bdi>{portalName(row.portal)}</bdi>
          </span>
          {row.updated_at && <span>{formats.recent(row.updated_at)}</span>}
        </span>
      </div>
      <div>{STATES.includes(row.state) && <StateWord state={row.state as StateName} />}</div>
      <div className={css.way}>
        {row.here ? (
          <Button
            small
            kind="primary"
            icon={PencilLine}
            isDisabled={adopt.isPending}
            aria-label={t('remote.revise_named', { title })}
            onPress={() => adopt.mutate(at)}
          >
            {t('remote.revise')}
          </Button>
        ) : row.wanted ? (
          <span className={css.coming}>
            <Hourglass size={14} aria-hidden /> {t('remote.coming')}
          </span>
        ) : (
          <Button
            small
            icon={Download}
            isDisabled={fetch.isPending}
            aria-label={t('remote.fetch_named', { title })}
            onPress={() => fetch.mutate({ portal: row.portal, items: [row.item] })}
          >
            {t('remote.fetch')}
          </Button>
        )}
      </div>
      {failed && (
        <div className={css.all}>
          <ErrorLine trouble={failed} />
        </div>
      )}
    </li>
  );
}
