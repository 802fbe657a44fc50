import { ArrowRight } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../../backend';
import { Failure } from '../../backend/failure';
import type { Profile } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { Combo } from '../../parts/Combo';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { ownerChoices } from '../../pieces/owners';
import { replace } from '../../state/screen';
import { nameIn, useOwners } from '../../state/vocabulary';
import { DISPLAY_LANGS, type DisplayLang, OWN_NAME, useLang, useT } from '../../text';
import { DeskPicture } from './DeskPicture';
import css from './Welcome.module.css';

type Step = 'language' | 'owner' | 'name';

/** The first run: three questions, one at a time, while a picture of the desk fills in. Ends with a sample piece open. */
export function Welcome(props: { onLanguage: (lang: DisplayLang) => void; onDone: () => void }) {
  const t = useT();
  const { lang } = useLang();
  const owners = useOwners();
  const [step, setStep] = useState<Step>('language');
  const [ownerId, setOwnerId] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Profile['role'] | null>(null);
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const choices = useMemo(() => ownerChoices(owners ?? [], lang, t), [owners, lang, t]);
  const owner = owners?.find((one) => `${one.kind}:${one.id}` === ownerId);
  const ownerName = owner ? nameIn(owner.name, lang) : '';

  const finish = async () => {
    setAsked(true);
    if (!owner || !name.trim() || !role) return;
    setBusy(true);
    try {
      await call('settings.set', { key: 'display_lang', value: lang });
      // The sample is made before the profile leads to the desk, so that the first screen has something on it.
      await call('profile.set', {
        owner: owner.id,
        owner_kind: owner.kind,
        name: name.trim(),
        role,
        display_lang: lang,
      });
      const sample = await call('sample.create', {});
      replace({ name: 'editor', draft: sample.id });
      props.onDone();
    } catch (thrown) {
      setTrouble(Failure.from(thrown));
      setBusy(false);
    }
  };

  return (
    <main className={css.screen}>
      <div className={css.questions}>
        <header className={css.head}>
          <h1>{t('welcome.title')}</h1>
          {step !== 'name' && <p>{t('welcome.text')}</p>}
        </header>
        <ol className={css.steps}>
          <li>
            {step === 'language' ? (
              <Question title={t('welcome.language.question')}>
                <div className={css.languages}>
                  {DISPLAY_LANGS.map((one) => (
                    <Button
                      key={one}
                      kind={one === lang ? 'primary' : 'plain'}
                      autoFocus={one === lang}
                      onPress={() => {
                        props.onLanguage(one);
                        setStep('owner');
                      }}
                    >
                      <span lang={one}>{OWN_NAME[one]}</span>
                    </Button>
                  ))}
                </div>
              </Question>
            ) : (
              <Answered
                question={t('welcome.language.short')}
                answer={OWN_NAME[lang]}
                onChange={() => setStep('language')}
              />
            )}
          </li>
          {step !== 'language' && (
            <li>
              {step === 'owner' ? (
                <Question title={t('welcome.owner.question')}>
                  <Combo
                    label={t('welcome.owner.label')}
                    help={t('welcome.owner.help')}
                    choices={choices}
                    value={ownerId}
                    onChange={setOwnerId}
                    nothing={t('welcome.owner.nothing')}
                    autoFocus
                  />
                  <div>
                    <Button
                      kind="primary"
                      icon={ArrowRight}
                      mirror
                      trailing
                      isDisabled={!owner}
                      onPress={() => setStep('name')}
                    >
                      {t('welcome.next')}
                    </Button>
                  </div>
                </Question>
              ) : (
                <Answered
                  question={t('welcome.owner.label')}
                  answer={ownerName}
                  onChange={() => setStep('owner')}
                />
              )}
            </li>
          )}
          {step === 'name' && (
            <li>
              <Question title={t('welcome.name.question')}>
                <Form
                  className={css.form}
                  onSubmit={(event) => {
                    event.preventDefault();
                    void finish();
                  }}
                >
                  <Field
                    label={t('welcome.name.label')}
                    help={t('welcome.name.help')}
                    value={name}
                    onChange={setName}
                    autoFocus
                    trouble={asked && !name.trim() ? t('welcome.name.needed') : undefined}
                  />
                  <Choose
                    label={t('welcome.role.label')}
                    across
                    value={role}
                    onChange={(id) => setRole(id as Profile['role'])}
                    options={(['author', 'approver', 'both'] as const).map((id) => ({
                      id,
                      label: t(`welcome.role.${id}`),
                      more: t(`welcome.role.${id}_help`),
                    }))}
                  />
                  {asked && !role && <p className={css.needed}>{t('welcome.role.needed')}</p>}
                  {trouble && <ErrorLine trouble={trouble} />}
                  <div>
                    <Button kind="primary" icon={ArrowRight} mirror trailing type="submit" isDisabled={busy}>
                      {t('welcome.open')}
                    </Button>
                  </div>
                </Form>
              </Question>
            </li>
          )}
        </ol>
        <p className={css.promise}>{t('welcome.promise')}</p>
      </div>
      <DeskPicture owner={ownerName} name={name} role={role} step={step} />
    </main>
  );
}

function Question(props: { title: string; children: ReactNode }) {
  return (
    <section className={css.question} aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Answered(props: { question: string; answer: string; onChange: () => void }) {
  const t = useT();
  return (
    <p className={css.answered}>
      <span>{props.question}</span>
      <strong>
        <bdi>{props.answer}</bdi>
      </strong>
      <Button
        kind="quiet"
        small
        aria-label={t('welcome.change_named', { question: props.question })}
        onPress={props.onChange}
      >
        {t('welcome.change')}
      </Button>
    </p>
  );
}
