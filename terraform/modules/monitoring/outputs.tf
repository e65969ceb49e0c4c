output "dashboard" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "alarms" {
  description = "Names of the alarms."
  value = sort(concat(
    [
      aws_cloudwatch_metric_alarm.failed.alarm_name,
      aws_cloudwatch_metric_alarm.timed_out.alarm_name,
      aws_cloudwatch_metric_alarm.events_lost.alarm_name,
      aws_cloudwatch_metric_alarm.memory.alarm_name,
      aws_cloudwatch_metric_alarm.quarantined.alarm_name,
    ],
    aws_cloudwatch_metric_alarm.overdue[*].alarm_name,
    aws_cloudwatch_metric_alarm.error[*].alarm_name,
  ))
}
