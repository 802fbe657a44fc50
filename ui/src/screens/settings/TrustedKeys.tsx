import { UserRoundPlus } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { toast } from '../../parts/toasts';
import { Fingerprint } from '../../pieces/Fingerprint';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import own from './Keys.module.css';
import css from './Settings.module.css';

/** People whose signatures count here. Nobody is added before two persons compared a fingerprint. */
export function TrustedKeys() {
  const t = useT();
  const formats = useFormats();
  const list = useLive('keys.list', {}, ['settings']);
  const choose = useAct('publications.choose');
  const look = useAct('keys.look');
  const trust = useAct('keys.trust', (key) => {
    look.reset();
    toast(t(key.ended ? 'proof.people.ended' : 'proof.people.added', { name: key.name }));
  });
  const others = (list.data?.keys ?? []).filter((key) => !key.ours && key.trusted_at);
  const failed = choose.error ?? look.error ?? trust.error;
  const found = look.data;
  const known = found && (found.ours || (found.trusted_at && !found.ended));
  return (
    <section className={css.part} id="people" aria-labelledby="settings-people">
      <div className={css.with}>
        <h2 id="settings-people">{t('proof.people')}</h2>
        <p className={css.quiet}>{t('proof.people.text')}</p>
      </div>
      {list.error && <ErrorLine trouble={list.error} />}
      {others.length > 0 && (
        <ul className={own.keys} aria-label={t('proof.people')}>
          {others.map((key) => (
            <li key={key.id} className={own.key} data-ended={key.ended || undefined}>
              <div className={own.mine}>
                <strong>
                  <bdi>{key.name}</bdi>
                </strong>
                {key.ended ? (
                  <span className={own.ended}>
                    {t(`proof.ended.${key.ended as 'replaced' | 'left' | 'lost'}`)}
                  </span>
                ) : (
                  <span className={css.quiet}>
                    {t('proof.people.since', { time: formats.date(key.trusted_at) })}
                  </span>
                )}
              </div>
              <Fingerprint value={key.fingerprint} />
            </li>
          ))}
        </ul>
      )}
      {failed && <ErrorLine trouble={failed} />}
      {found && (
        <div className={css.form}>
          {known ? (
            <p>{t('proof.people.known', { name: found.name })}</p>
          ) : found.ended ? (
            <p>{t('proof.people.end', { name: found.name })}</p>
          ) : (
            <p>{t('proof.compare', { name: found.name })}</p>
          )}
          <Fingerprint value={found.fingerprint} large />
          {!known && !found.ended && (
            <p className={css.quiet}>{t('proof.compare.why', { name: found.name })}</p>
          )}
          <div className={css.ways}>
            {!known && (
              <Button
                kind="primary"
                isDisabled={trust.isPending}
                onPress={() => look.variables && trust.mutate({ path: look.variables.path })}
              >
                {t(found.ended ? 'proof.people.end_now' : 'proof.trust')}
              </Button>
            )}
            <Button onPress={() => look.reset()}>
              {t(known ? 'common.action.close' : 'common.action.cancel')}
            </Button>
          </div>
        </div>
      )}
      {!found && (
        <div className={css.ways}>
          <Button
            icon={UserRoundPlus}
            onPress={() =>
              choose.mutate(
                { folder: false },
                { onSuccess: ({ paths: [path] }) => path !== undefined && look.mutate({ path }) },
              )
            }
          >
            {t('proof.people.add')}
          </Button>
        </div>
      )}
    </section>
  );
}
