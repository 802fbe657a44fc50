import { X } from 'lucide-react';
import { useState } from 'react';
import { Button, Label, Tag, TagGroup, TagList } from 'react-aria-components';
import { Field } from '../../../parts/Field';
import { useT } from '../../../text';
import type { InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { asList, asText } from './values';

/** Words separated by Enter or a comma of any script. */
export function TagInput(props: InputProps & { most: number }) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const tags = asList(props.value).map(asText).filter(Boolean);
  const add = (text: string) => {
    const fresh = text
      .split(/[,،;؛\n]/)
      .map((one) => one.trim())
      .filter((one) => one !== '' && !tags.includes(one));
    setTyped('');
    if (fresh.length > 0) props.onChange([...tags, ...new Set(fresh)].slice(0, props.most));
  };
  return (
    <div className={css.tags}>
      {tags.length > 0 && (
        <TagGroup
          onRemove={
            props.readOnly ? undefined : (keys) => props.onChange(tags.filter((tag) => !keys.has(tag)))
          }
        >
          <Label className="only-heard">{props.label}</Label>
          <TagList className={css.tagList}>
            {tags.map((tag) => (
              <Tag key={tag} id={tag} textValue={tag} className={css.tag}>
                <bdi>{tag}</bdi>
                {!props.readOnly && (
                  <Button
                    slot="remove"
                    className={css.tagRemove}
                    aria-label={t('editor.field.remove_tag', { tag })}
                  >
                    <X size={13} aria-hidden />
                  </Button>
                )}
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      )}
      {!props.readOnly && tags.length < props.most && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Enter belongs to the field inside
        <div
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            add(typed);
          }}
        >
          <Field
            label={props.label}
            help={props.help}
            value={typed}
            placeholder={t('editor.field.tag_hint')}
            onChange={(value) => (/[,،;؛]/.test(value) ? add(value) : setTyped(value))}
            onBlur={() => add(typed)}
          />
        </div>
      )}
    </div>
  );
}
