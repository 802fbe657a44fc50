import { EqualNot, FileText } from 'lucide-react';
import { thumbnailUrl } from '../../../backend';
import type { Likeness, Publication } from '../../../backend/wire';
import { usePortalName } from '../../../pieces/usePortalName';
import { useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import type { Facts } from '../useColumns';
import css from './Pair.module.css';
import { byAge, COMPARED, differs, type Way } from './ways';

/** Two works side by side, why they are taken for one, and what can be decided, with what follows from each. */
export function Pair(props: {
  one: Likeness;
  newcomer?: Publication;
  other?: Publication;
  facts: Facts;
  ways: { way: Way; held: boolean }[];
  busy: boolean;
  onDecide: (way: Way) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { one, newcomer, other, facts } = props;
  const portal = usePortalOf(one);
  const why = one.reasons
    .filter((reason) => reason !== 'text' || one.alike === null)
    .map((reason) => t(`alike.reason.${reason}`));
  if (one.alike !== null) why.push(t('alike.text', { share: formats.percent(one.alike / 100) }));

  const rows = COMPARED.map((field) => ({
    id: field as string,
    label: facts.label(field),
    before: other ? facts.text(other, field) : field === 'title' ? one.other_title : '',
    came: newcomer ? facts.text(newcomer, field) : field === 'title' ? one.publication_title : '',
  }));
  const size = (row: Publication | undefined) => (row ? formats.bytes(row.bytes) : '');
  rows.push(
    { id: 'size', label: facts.label('size'), before: size(other), came: size(newcomer) },
    { id: 'file', label: facts.label('file'), before: other?.name ?? '', came: newcomer?.name ?? '' },
    { id: 'path', label: facts.label('path'), before: other?.path ?? '', came: newcomer?.path ?? '' },
  );
  const said = rows.filter(({ before, came }) => before !== '' || came !== '');
  return (
    <div className={css.pair}>
      <p className={css.why}>
        <strong>{t(`alike.kind.${one.kind}`)}</strong> {formats.list(why)}
      </p>
      <table className={css.table} aria-label={t('alike.facts')}>
        <thead>
          <tr>
            <td />
            <th scope="col">
              {portal === null ? t('alike.before') : t('alike.on', { portal })}
              <FirstPage of={other} />
            </th>
            <th scope="col">
              {t('alike.came')}
              <FirstPage of={newcomer} />
            </th>
          </tr>
        </thead>
        <tbody>
          {said.map(({ id, label, before, came }) => {
            // What a portal does not tell is no difference.
            const other_than = one.other !== null && differs(before, came);
            return (
              <tr key={id} className={other_than ? css.differs : undefined}>
                <th scope="row">
                  {label}
                  {other_than && <EqualNot size={14} aria-label={t('alike.differs')} />}
                </th>
                <td>
                  <bdi>{before || '—'}</bdi>
                </td>
                <td>
                  <bdi>{came || '—'}</bdi>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <section aria-labelledby="alike-decide" className={css.ways}>
        <h2 id="alike-decide">{t('alike.decide')}</h2>
        <div>
          {props.ways.map(({ way, held }, at) => (
            <button
              key={way}
              type="button"
              className={css.way}
              disabled={held || props.busy}
              onClick={() => props.onDecide(way)}
            >
              <kbd>{formats.number(at + 1)}</kbd>
              <strong>
                {t(
                  way === 'keep_both' && portal !== null ? 'alike.way.keep_both.portal' : `alike.way.${way}`,
                )}
              </strong>
              <span>
                {held
                  ? t('alike.way.attach.held', { title: one.publication_title })
                  : t(`alike.way.${way}.then`, {
                      older: byAge(one).older,
                      title: one.publication_title,
                      other: one.other_title,
                    })}
              </span>
            </button>
          ))}
        </div>
      </section>
    </div>
  );
}

/** The portal's name, when it is about a piece there. */
function usePortalOf(one: Likeness): string | null {
  const name = usePortalName();
  const portals = useLive('portals.list', {}, ['portals'], { when: one.portal !== null });
  if (one.portal === null) return null;
  const known = portals.data?.portals.find(
    (portal) => portal.id === one.portal || portal.name === one.portal,
  );
  return name(known?.name ?? one.portal);
}

function FirstPage({ of }: { of: Publication | undefined }) {
  return (
    <span className={css.page}>
      {of?.has_thumbnail ? (
        <img src={thumbnailUrl(of.id)} alt="" />
      ) : (
        <FileText size={32} strokeWidth={1.1} aria-hidden />
      )}
    </span>
  );
}
