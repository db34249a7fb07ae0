-- SPDX-License-Identifier: Apache-2.0
-- Where a subject's items went is asked for at each answer that is applied: without this, each answer read every scope.
CREATE INDEX worklist_scope_by_moved ON worklist_scope (moved_to) WHERE moved_to <> '';
