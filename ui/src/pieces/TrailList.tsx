import type { KeyRow, ReviewEvent } from '../backend/wire';
import { type MessageId, useFormats, useT } from '../text';
import { Fingerprint } from './Fingerprint';
import { shortHash } from './proofWords';
import css from './TrailList.module.css';

/** What was done with a piece, in the order of the chain: who, when, with which key, about which text. */
export function TrailList(props: { events: ReviewEvent[]; keys: KeyRow[] }) {
  const t = useT();
  const formats = useFormats();
  // Releases are told apart by a number a person can say, in the order they came.
  const releases = [...new Set(props.events.map((event) => event.release).filter(Boolean))];
  return (
    <ol className={css.trail}>
      {props.events.map((event) => {
        const key = props.keys.find((one) => one.id === event.key);
        return (
          <li key={event.seq} data-act={event.act}>
            <div className={css.line}>
              <strong>
                {t(`proof.trail.${event.act}` as MessageId, { name: event.by || t('proof.somebody') })}
              </strong>
              <time dateTime={event.at} className={css.quiet}>
                {formats.dateTime(event.at)}
              </time>
            </div>
            {event.words && event.act !== 'void' && (
              <p className={css.said}>
                <bdi>{event.words}</bdi>
              </p>
            )}
            <p className={css.facts}>
              {event.release && (
                <span title={event.release}>
                  {t('proof.version', { number: releases.indexOf(event.release) + 1 })}{' '}
                  <code dir="ltr">{shortHash(event.release)}</code>
                </span>
              )}
              <span>
                {t('proof.entry', { number: event.seq })} <code dir="ltr">{shortHash(event.hash)}</code>
              </span>
            </p>
            {event.act !== 'receive' && event.act !== 'sheet' && event.act !== 'void' && (
              <div className={css.facts}>
                {key ? (
                  <>
                    <span>{t(key.ours ? 'proof.signed_own' : 'proof.signed_with')}</span>
                    <Fingerprint value={key.fingerprint} />
                  </>
                ) : (
                  <span>{t('proof.unsigned')}</span>
                )}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
