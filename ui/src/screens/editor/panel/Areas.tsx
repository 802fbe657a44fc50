import { Checkbox } from 'react-aria-components';
import { nameIn, useVocabulary } from '../../../state/vocabulary';
import { useLang, useT } from '../../../text';
import { FieldFrame } from '../fields/FieldFrame';
import fields from '../fields/Fields.module.css';
import css from './Panel.module.css';

/** Most areas a piece can be filed under. */
const MOST = 3;

/** One to three thematic areas; the first chosen is the main one. */
export function Areas(props: {
  chosen: readonly string[];
  readOnly: boolean;
  onChange: (areas: string[]) => void;
}) {
  const t = useT();
  const { lang } = useLang();
  const areas = useVocabulary()?.areas ?? [];
  const { chosen } = props;
  return (
    <div data-field="areas">
      <FieldFrame label={t('editor.areas')} help={t('editor.areas.help')}>
        <div className={fields.ticks}>
          {areas.map((area) => {
            const place = chosen.indexOf(area.id);
            return (
              <Checkbox
                key={area.id}
                className={fields.tick}
                isSelected={place >= 0}
                isDisabled={props.readOnly || (place < 0 && chosen.length >= MOST)}
                onChange={(on) =>
                  props.onChange(on ? [...chosen, area.id] : chosen.filter((id) => id !== area.id))
                }
              >
                <span className={fields.box} aria-hidden />
                <span>
                  {nameIn(area.name, lang)}
                  {place === 0 && <span className={css.main}>{t('editor.areas.main')}</span>}
                </span>
              </Checkbox>
            );
          })}
        </div>
      </FieldFrame>
    </div>
  );
}
