"""What a plan sends, one file a line of inquiry. Each lane gives its next draft, the worthiest first."""
