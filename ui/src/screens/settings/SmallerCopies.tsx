import type { SlimRule } from '../../backend/wire';
import { Amount } from '../../parts/Amount';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useMe } from '../../state/me';
import { useT } from '../../text';
import sending from './SendingWishes.module.css';
import css from './Settings.module.css';
import { Wish } from './Wish';

/** Which files are made smaller for sending, unless a person says otherwise of one. */
export function SmallerCopies() {
  const t = useT();
  const { state } = useMe();
  const set = useAct('settings.set', undefined, { inOrder: true });
  const rule = state.settings.slim;
  const wish = (change: Partial<SlimRule>) => set.mutate({ key: 'slim', value: { ...rule, ...change } });
  return (
    <section className={css.part} id="slim" aria-labelledby="settings-slim">
      <div className={css.with}>
        <h2 id="settings-slim">{t('slim.title')}</h2>
        <p className={css.quiet}>{t('slim.help')}</p>
      </div>
      {set.error && <ErrorLine trouble={set.error} />}
      <Wish
        label={t('slim.pdf')}
        help={t('slim.pdf_help')}
        isOn={rule.pdf}
        onChange={(pdf) => wish({ pdf })}
      />
      <Wish
        label={t('slim.pictures')}
        help={t('slim.pictures_help')}
        isOn={rule.pictures}
        onChange={(pictures) => wish({ pictures })}
      >
        {rule.pictures && (
          <div className={sending.line}>
            <Amount
              label={t('slim.max_edge')}
              unit={t('slim.pixels')}
              value={rule.max_edge}
              least={320}
              most={16384}
              onChange={(max_edge) => wish({ max_edge })}
            />
            <Amount
              label={t('slim.quality')}
              unit={t('slim.percent')}
              value={rule.quality}
              least={30}
              most={100}
              onChange={(quality) => wish({ quality })}
            />
          </div>
        )}
      </Wish>
    </section>
  );
}
