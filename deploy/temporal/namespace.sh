#!/bin/sh
# Registers the namespace and what closes are found by; safe to run again. Waits until the cluster answers.
set -eu
until temporal operator cluster health; do sleep 2; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 90d
# A new namespace is known to every process after some seconds.
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"; do sleep 2; done
temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name FirmId --type Keyword \
  --name Phase --type Keyword \
  --name NeedsAttention --type Keyword \
  --name FinancialYearEnd --type Datetime \
  --name LoginExpiresAt --type Datetime
