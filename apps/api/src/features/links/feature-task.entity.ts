import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Task } from '../../tasks/task.entity';
import { Feature } from '../feature.entity';

/** A task that is part of a feature. */
@Entity('feature_tasks')
@Index('idx_feature_tasks_task', ['taskId'])
export class FeatureTask {
  @PrimaryColumn({ name: 'feature_id', type: 'uuid', primaryKeyConstraintName: 'feature_tasks_pkey' })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_tasks_feature_id_fkey' })
  feature!: Relation<Feature>;

  @PrimaryColumn({ name: 'task_id', type: 'uuid', primaryKeyConstraintName: 'feature_tasks_pkey' })
  taskId!: string;

  @ManyToOne(() => Task, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'task_id', foreignKeyConstraintName: 'feature_tasks_task_id_fkey' })
  task!: Relation<Task>;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
