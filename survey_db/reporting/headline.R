# Repeats the headline of a study from its files alone, in base R.
# Run it in the folder of the study: Rscript analysis/headline.R

responses <- read.csv("data/description-responses_data.csv")
# Previews, retakes and inattentive listeners never count, and control items have figures of their own.
never <- responses$is_test == "True" | responses$is_retake == "True" | responses$is_inattentive == "True"
counted <- subset(responses, !never & control == "none")
right <- counted$guess == counted$intended_genre

# What each listener's own guesses would get right blind, on average over all their orders.
blind <- sum(sapply(split(counted, counted$listener), function(own) {
  genres <- union(own$guess, own$intended_genre)
  sum(table(factor(own$guess, genres)) * table(factor(own$intended_genre, genres))) / nrow(own)
}))

cat(sprintf("listeners: %d\n", length(unique(counted$listener))))
cat(sprintf("answers: %d\n", nrow(counted)))
cat(sprintf("mean_rating: %.6g\n", mean(counted$rating)))
cat(sprintf("rating_sd: %.6g\n", sd(counted$rating)))
cat(sprintf("share_right: %.6g\n", mean(right)))
cat(sprintf("expected_blind: %.6g\n", blind / nrow(counted)))
