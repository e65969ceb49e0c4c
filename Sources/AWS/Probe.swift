enum AWSProbe {}
