# Bars on the left are 95 % intervals; large deviations give the exponent, without a prefactor.
set multiplot layout 1, 2 margins 0.075, 0.985, 0.15, 0.9 spacing 0.1
file = tables.'ldt-101.tsv'
sampled = tables.'ldt-101-sampled.tsv'
set xrange [0:8]
set xlabel 'α'
set yrange [0:21]
set ylabel '−ln Pr[A ≥ α]' offset 1
set title sprintf('A = Σ aᵢ³ / √(15 N), aᵢ normal, N = %d', count)
set key top left reverse Left
plot \
  file using 'alpha':'gaussian' with lines lc rgb grey lw 2 dt 2 title 'Gaussian: all a little', \
  file using 'alpha':'large_deviation' with lines lc rgb vermilion lw 2 \
    title 'large deviations: one a lot', \
  file using 'alpha':'exact' with lines lc rgb black lw 2 title 'exact', \
  sampled using 'alpha':'tail':'low':'high' with yerrorbars pt 7 ps 0.6 lc rgb blue \
    title sprintf('%.1f million draws', draws / 1e6)

set yrange [0:8]
set ylabel 'largest aᵢ where A ≥ α' offset 1
set title sprintf('large deviations: from α = %.1f on one specialises', jump)
set arrow 1 from jump, graph 0 to jump, graph 1 nohead lc rgb grey dt 3 lw 1.5
plot \
  file using (column('alpha') < jump ? column('alpha') : NaN):'specialist' \
    with lines lc rgb vermilion lw 2 title 'large deviations: the one beyond the rest', \
  file using (column('alpha') >= jump ? column('alpha') : NaN):'specialist' \
    with lines lc rgb vermilion lw 2 notitle, \
  sampled using 'alpha':'largest':'largest_low':'largest_high' with yerrorbars pt 7 ps 0.6 \
    lc rgb blue title 'sampled, mean ± standard deviation'
unset multiplot
