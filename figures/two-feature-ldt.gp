# Lines are computed, without any fit. On the right, large deviations overshoot the first feature.
set multiplot layout 1, 3 margins 0.085, 0.985, 0.15, 0.9 spacing 0.085
file = tables.'two-feature-ldt.tsv'
whole = tables.'two-feature-ldt-whole.tsv'
posterior = tables.'two-feature-ldt-posterior.tsv'
set xrange [5:55]
set yrange [0:0.65]
set xlabel 'd = N'
set ylabel 'excess of the joint energy over the sum (%)' offset 2
set title 'two features at once'
set key top right
plot \
  file using (column('second') > 0.07 ? column('dimension') : NaN):(100 * column('excess')) \
    with linespoints pt 7 lc rgb blue lw 2 title 'B = (0.1, 0.1)', \
  file using (column('second') < 0.07 ? column('dimension') : NaN):(100 * column('excess')) \
    with linespoints pt 5 lc rgb vermilion lw 2 title 'B = (0.1, 0.05)'

set xrange [0:0.62]
set yrange [0:*]
set xlabel 'alignment α'
set ylabel 'energy E' offset 1.5
set title sprintf('y = (2h₁ + h₂)/√5, d = %d, N = %d', dimension, width)
set key top left reverse Left
plot \
  whole using 'alignment':'both' with lines lc rgb blue lw 2 title 'B = α c, both features', \
  whole using 'alignment':'first_alone' with lines lc rgb grey lw 5 title 'h₁ alone, α/c₁', \
  whole using 'alignment':'energy' with lines lc rgb black lw 2 title 'whole target'

set yrange [0:1.1]
set xlabel 'alignment'
set ylabel 'what is learned of a feature, B_k/c_k' offset 1.5
set title 'who provides the alignment'
plot \
  whole using 'alignment':'first' with lines lc rgb blue lw 2 dt 2 title 'h₁, large deviations', \
  whole using 'alignment':'second' with lines lc rgb vermilion lw 2 dt 2 \
    title 'h₂, large deviations', \
  posterior using 'alignment':'first' with linespoints pt 7 lc rgb blue lw 1.5 \
    title 'h₁, kernel adaptation', \
  posterior using 'alignment':'second' with linespoints pt 5 lc rgb vermilion lw 1.5 \
    title 'h₂, kernel adaptation'
unset multiplot
