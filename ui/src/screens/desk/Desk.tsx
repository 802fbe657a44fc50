import { NotebookPen, Plus } from 'lucide-react';
import { useState } from 'react';
import type { DeskView, DraftRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { fetched } from '../../parts/fetched';
import { keyName } from '../../parts/keys';
import { usePainted } from '../../parts/painted';
import { ScreenHead, TwoPanes } from '../../parts/Screen';
import { openPiece } from '../../pieces/open';
import { PieceList } from '../../pieces/PieceList';
import { Sample } from '../../pieces/Sample';
import { useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { go } from '../../state/screen';
import { DESK_TOPICS } from '../../state/topics';
import { useT } from '../../text';

// The list is what a start waits for; what stands beside it comes a moment later.
const ChosenPiece = fetched(async () => (await import('../../pieces/ChosenPiece')).ChosenPiece);

const GROUPS = ['needs_you', 'in_work', 'waiting', 'arrived'] as const;

/** Home: one list by what it asks of the person, and the chosen piece as the portal will show it. */
export function Desk(props: { draft?: string }) {
  const t = useT();
  const { profile } = useMe();
  const desk = useLive('drafts.desk', {}, DESK_TOPICS);
  const [chosen, setChosen] = useState<string | null>(props.draft ?? null);
  const groups = desk.data ? shownGroups(desk.data) : [];
  const all = groups.flatMap((group) => group.rows);
  const row = all.find((one) => one.id === chosen) ?? all[0];

  return (
    <TwoPanes
      label={t('common.preview.label')}
      list={
        <>
          <ScreenHead title={t('common.nav.desk')}>
            <Button
              kind="primary"
              icon={Plus}
              onPress={() => void go({ name: 'new' })}
              aria-keyshortcuts="Control+N"
            >
              {t('common.action.new')} <kbd>{keyName('Mod+N')}</kbd>
            </Button>
          </ScreenHead>
          {desk.error ? (
            <ErrorLine trouble={desk.error} />
          ) : (
            desk.data && (
              <PieceList
                label={t('common.nav.desk')}
                groups={groups.map((group) => ({ ...group, label: t(`desk.group.${group.id}`) }))}
                chosen={row?.id ?? null}
                onChoose={setChosen}
                onOpen={(one) => openPiece(one, profile.role)}
                empty={
                  <EmptyState icon={NotebookPen} title={t('desk.empty.title')} text={t('desk.empty.text')}>
                    <Button kind="primary" icon={Plus} onPress={() => void go({ name: 'new' })}>
                      {t('common.action.new')}
                    </Button>
                    <Sample />
                  </EmptyState>
                }
              />
            )
          )}
        </>
      }
      beside={row && <Beside row={row} />}
    />
  );
}

function Beside({ row }: { row: DraftRow }) {
  return usePainted() && <ChosenPiece row={row} />;
}

function shownGroups(desk: DeskView): { id: (typeof GROUPS)[number]; count: number; rows: DraftRow[] }[] {
  return GROUPS.map((id) => ({
    id,
    rows: desk[id],
    count: Math.max(desk.counts[id], desk[id].length),
  })).filter((group) => group.rows.length > 0);
}
