variable "name" {
  description = "Name of the repository."
  type        = string
}

variable "account_id" {
  description = "The account whose functions may pull."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the images."
  type        = string
}

variable "kept_images" {
  description = "Images that are kept."
  type        = number
}

variable "force_delete" {
  description = "Whether destroying may delete a repository that is not empty."
  type        = bool
}
