import { Column, Entity } from 'typeorm';
import { ReadShape } from '@app/database';

@Entity('releases')
class Release {
  @Column({ name: 'released_at', type: 'timestamp with time zone', nullable: true })
  releasedAt!: Date | null;
}

describe('ReadShape', () => {
  it('knows a type by its short name, whichever an entity writes', () => {
    const column = { property: 'releasedAt', name: 'released_at', type: 'timestamptz', nullable: true };
    expect(new ReadShape(Release).column('releasedAt')).toEqual(column);
  });
});
