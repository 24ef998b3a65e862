/// The shipped policy, `deploy/config/production.yaml`, from end to end.
@NullMarked
package dev.headgate.gateway.policy;

import org.jspecify.annotations.NullMarked;
