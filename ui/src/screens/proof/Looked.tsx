import { ArrowRight, Download, KeyRound } from 'lucide-react';
import type { Look } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Checked } from '../../pieces/Checked';
import { Fingerprint } from '../../pieces/Fingerprint';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Proof.module.css';

/** What a file says and what it would change here, before anything of it is taken. */
export function Looked(props: { path: string; look: Look; again: () => void }) {
  const t = useT();
  const formats = useFormats();
  const { look, path } = props;
  const take = useAct('review.import');
  const trust = useAct('keys.trust', props.again);
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const readable = look.purpose !== '';
  const unknown = readable && !look.trusted && look.refused?.code === 'key_untrusted';
  const taken = take.data;
  return (
    <section className={css.part} aria-labelledby="looked">
      <h2 id="looked">
        {readable
          ? t(`proof.looked.${look.purpose as 'review' | 'decision' | 'proof'}`)
          : t('proof.looked.none')}
      </h2>
      {readable && (
        <dl className={css.facts}>
          <Fact name={t('proof.looked.title')}>
            <bdi>{look.title || t('common.untitled')}</bdi>
          </Fact>
          <Fact name={t('common.languages')}>{formats.list(look.languages.map(formats.languageName))}</Fact>
          <Fact name={t('proof.looked.by')}>
            {t('proof.looked.sealed', { name: look.by, time: formats.dateTime(look.made_at) })}
          </Fact>
          {look.words && (
            <Fact name={t('proof.looked.words')}>
              <span dir="auto">{look.words}</span>
            </Fact>
          )}
          {look.decisions.map((one) => (
            <Fact key={`${one.name}-${one.at}`} name={t(`proof.act.${one.act as 'approve' | 'return'}`)}>
              {t('proof.looked.decided', { name: one.name, time: formats.dateTime(one.at) })}
              {one.words && <p dir="auto">{one.words}</p>}
            </Fact>
          ))}
          {look.absent.length > 0 && (
            <Fact name={t('proof.looked.absent')}>
              <bdi>{formats.list(look.absent)}</bdi>
            </Fact>
          )}
        </dl>
      )}
      <Checked of={look.checks} />
      {unknown ? (
        <>
          <p>{t('proof.compare', { name: look.by })}</p>
          <Fingerprint value={look.fingerprint} large />
          <p className={css.quiet}>{t('proof.compare.why', { name: look.by })}</p>
          {trust.error && <ErrorLine trouble={trust.error} />}
          <div className={css.ways}>
            <Button
              kind="primary"
              icon={KeyRound}
              isDisabled={trust.isPending}
              onPress={() => trust.mutate({ path })}
            >
              {t('proof.trust')}
            </Button>
          </div>
        </>
      ) : look.refused && look.checks.valid ? (
        <ErrorLine trouble={look.refused} params={{ file: name }} />
      ) : null}
      {look.refused === null && !taken && (
        <>
          <p className={css.change}>
            {look.known ? t('proof.change.known') : t(`proof.change.${change(look)}`)}
            {look.sets_aside && ` ${t('proof.change.sets_aside')}`}
          </p>
          {!look.known && (
            <div className={css.ways}>
              <Button
                kind="primary"
                icon={Download}
                isDisabled={take.isPending}
                onPress={() => take.mutate({ path })}
              >
                {t('proof.take')}
              </Button>
            </div>
          )}
        </>
      )}
      {take.error && <ErrorLine trouble={take.error} params={{ file: name }} />}
      <div className={css.said} role="status">
        {taken && <p>{t('proof.taken')}</p>}
      </div>
      {(taken || look.known) && (
        <div className={css.ways}>
          <Button
            kind="primary"
            icon={ArrowRight}
            mirror
            trailing
            onPress={() =>
              void go(
                look.purpose === 'review' && look.after === 'in_review'
                  ? { name: 'review', draft: look.draft }
                  : { name: 'proof', draft: look.draft },
              )
            }
          >
            {t(look.purpose === 'review' ? 'proof.taken.review' : 'proof.taken.proof')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Which sentence tells what taking a file in would change. */
export function change(look: Look): 'request' | 'approved' | 'signed' | 'returned' {
  if (look.purpose === 'review') return 'request';
  if (look.after === 'approved') return 'approved';
  return look.after === 'returned' ? 'returned' : 'signed';
}

function Fact(props: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
