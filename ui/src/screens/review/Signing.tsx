import type { Standing } from '../../backend/wire';
import { ErrorLine } from '../../parts/ErrorLine';
import { Fingerprint } from '../../pieces/Fingerprint';
import { useFormats, useT } from '../../text';
import css from './Decision.module.css';

/** Above the decision: who signed already and what is still needed, and which key would sign now or why it may not. */
export function Signing(props: { standing: Standing; mayDecide: boolean }) {
  const t = useT();
  const formats = useFormats();
  const { standing } = props;
  const { signed, needed, key, refused } = standing;
  return (
    <>
      {needed > 1 && <p>{t('proof.needed', { needed, count: signed.length })}</p>}
      {signed.length > 0 && (
        <ul className={css.signed}>
          {signed.map((one) => (
            <li key={one.fingerprint}>
              <span>
                {t(one.urgent ? 'proof.signed_urgent' : 'proof.signed_by', {
                  name: one.name,
                  time: formats.dateTime(one.at),
                })}
              </span>
              <Fingerprint value={one.fingerprint} />
              {one.words && <span dir="auto">{one.words}</span>}
            </li>
          ))}
        </ul>
      )}
      {props.mayDecide &&
        (refused ? (
          <ErrorLine quiet trouble={refused} />
        ) : key ? (
          <details className={css.key}>
            <summary>{t('proof.will_sign')}</summary>
            <p>{t('proof.meaning')}</p>
            <p>
              {t('proof.your_key')} <Fingerprint value={key.fingerprint} />
            </p>
          </details>
        ) : (
          <p className={css.about}>{t('proof.first_key')}</p>
        ))}
    </>
  );
}
