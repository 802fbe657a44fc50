import type { ReactNode } from 'react';
import type { OnPortal, ReviewDiff } from '../../backend/wire';
import { Choose } from '../../parts/Choose';
import { usePortalName } from '../../pieces/usePortalName';
import { useFormats, useT } from '../../text';
import css from './Difference.module.css';

/** The id of the text approved last among the choices; portals are known by their names. */
const APPROVED = '';

/**
 * What a piece is compared with, to choose, beside further choices; and what the other text is, or why there is none.
 */
export function ComparedWith(props: {
  diff: ReviewDiff;
  onChange: (portal: string | null) => void;
  children: ReactNode;
}) {
  const t = useT();
  const name = usePortalName();
  const { diff } = props;
  const label = (portal: string) =>
    diff.portals.length === 1
      ? t('review.compare.portal')
      : t('review.compare.portal_named', { portal: name(portal) });
  return (
    <div className={css.against}>
      <div className={css.choices}>
        {diff.portals.length > 0 && (
          <Choose
            label={t('review.compare')}
            labelHidden
            row
            value={diff.portal ?? APPROVED}
            onChange={(id) => props.onChange(id === APPROVED ? null : id)}
            options={[
              { id: APPROVED, label: t('review.compare.approved') },
              ...diff.portals.map(({ portal }) => ({ id: portal, label: label(portal) })),
            ]}
          />
        )}
        {props.children}
      </div>
      <p>
        <Other diff={diff} /> {diff.against !== 'nothing' && t('review.marks')}
      </p>
    </div>
  );
}

function Other({ diff }: { diff: ReviewDiff }) {
  const t = useT();
  const name = usePortalName();
  const formats = useFormats();
  const stands = diff.portals.find((one) => one.portal === diff.portal);
  if (!stands) {
    return (
      <>
        {t(diff.against === 'nothing' ? 'review.against.nothing' : 'review.against.approved')}{' '}
        {diff.portals.length === 0 && t('outbox.on_portal.none')}
      </>
    );
  }
  return (
    <>
      {t(`outbox.on_portal.${holds(stands)}`, { portal: name(stands.portal) })}{' '}
      {stands.looked_at && t('outbox.on_portal.looked', { time: formats.dateTime(stands.looked_at) })}
    </>
  );
}

/** What a portal holds, in the words there are for it. */
function holds(stands: OnPortal) {
  switch (stands.holds) {
    case 'ours':
    case 'theirs':
      return stands.published ? stands.holds : (`${stands.holds}_held` as const);
    case 'nothing':
      return stands.looked_at ? 'nothing' : 'never';
    default:
      return stands.holds;
  }
}
